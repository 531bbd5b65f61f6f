//! What changed between two texts, line by line, as people can read it.

/// One line of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// It stands in both.
    Same(&'a str),
    /// It was taken away.
    Gone(&'a str),
    /// It was added.
    New(&'a str),
    /// So many that stand in both are left out.
    Gap(usize),
}

/// How many lines that did not change are shown around those that did.
const AROUND: usize = 2;

/// Beyond so many pairs of lines the whole text counts as replaced: comparing would take too long.
const PAIRS_MAX: usize = 1_000_000;

/// Compares two texts by their longest common lines.
pub fn difference<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        let gone = old.into_iter().map(Line::Gone);
        return gone.chain(new.into_iter().map(Line::New)).collect();
    }
    // common[i][j]: how many lines the rests from i and j have in common.
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::with_capacity(old.len().max(new.len()));
    while i < old.len() || j < new.len() {
        let both = i < old.len() && j < new.len();
        if both && old[i] == new[j] {
            lines.push(Line::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (both && common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            lines.push(Line::Gone(old[i]));
            i += 1;
        } else {
            lines.push(Line::New(new[j]));
            j += 1;
        }
    }
    lines
}

/// The same with long unchanged stretches left out, so that what changed is seen.
pub fn shortened(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let changed: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !matches!(line, Line::Same(_)))
        .map(|(at, _)| at)
        .collect();
    let mut short = Vec::new();
    let mut left_out = 0;
    for (at, line) in lines.into_iter().enumerate() {
        let next = changed.partition_point(|change| *change < at);
        let near = |change: Option<&usize>| change.is_some_and(|c| c.abs_diff(at) <= AROUND);
        if near(changed.get(next)) || near(next.checked_sub(1).and_then(|n| changed.get(n))) {
            if left_out > 0 {
                short.push(Line::Gap(left_out));
                left_out = 0;
            }
            short.push(line);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        short.push(Line::Gap(left_out));
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_told_from_what_goes_and_comes() {
        let lines = difference("a\nb\nc", "a\nc\nd");
        assert_eq!(
            lines,
            [
                Line::Same("a"),
                Line::Gone("b"),
                Line::Same("c"),
                Line::New("d")
            ]
        );
        assert_eq!(difference("", "x"), [Line::New("x")]);
        assert_eq!(difference("x", ""), [Line::Gone("x")]);
        assert!(difference("", "").is_empty());
    }

    #[test]
    fn what_did_not_change_is_left_out_but_for_its_edges() {
        let lines = shortened(difference("a\nb\nc\nd\ne\nf", "a\nb\nc\nd\ne\ng"));
        assert_eq!(
            lines,
            [
                Line::Gap(3),
                Line::Same("d"),
                Line::Same("e"),
                Line::Gone("f"),
                Line::New("g")
            ]
        );
    }
}
