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
}

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
}
