//! Who plays in the demonstration: two invented networks, a crossroads, and what they publish. The
//! facts in the publications are real and cite their sources; the networks and people are not.

/// The password of everybody in the demonstration.
pub(super) const PASSWORD: &str = "transition-demo";

/// A person of the demonstration: handle and name.
pub(super) type Person = (&'static str, &'static str);

/// One node of the demonstration.
#[derive(Debug)]
pub(super) struct Part {
    /// Its handle, and the name of its folder.
    pub(super) handle: &'static str,
    pub(super) name: &'static str,
    pub(super) language: &'static str,
    pub(super) tagline: &'static str,
    pub(super) summary: &'static str,
    pub(super) steward: Person,
    pub(super) members: &'static [Person],
    /// What it publishes before anybody follows it: others read it from its history.
    pub(super) before: &'static [&'static str],
    /// What it publishes when it is followed: others are told at once.
    pub(super) after: &'static [&'static str],
}

impl Part {
    /// Somebody's e-mail address here.
    pub(super) fn email(&self, who: &str) -> String {
        format!("{who}@{}.example", self.handle)
    }
}

/// The crossroads first: it has the port that people open.
pub(super) const CAST: [Part; 3] = [CARREFOUR, BASSINS, VALLEES];

const CARREFOUR: Part = Part {
    handle: "carrefour",
    name: "Carrefour des transitions",
    language: "fr",
    tagline: "Ce que les réseaux apprennent, au même endroit. Une démonstration.",
    summary: "Un carrefour inventé pour la démonstration : il écoute deux réseaux et montre ce qu’ils publient, \
        chacun avec son nom et un lien vers sa page d’origine.",
    steward: ("malo", "Malo Perrin"),
    members: &[],
    before: &[],
    after: &[],
};

const BASSINS: Part = Part {
    handle: "bassins",
    name: "Réseau des bassins en reconversion",
    language: "fr",
    tagline: "Villes de mines et d’usines qui apprennent à vivre d’autre chose.",
    summary: "Un réseau inventé pour la démonstration. Les lieux, les faits et les sources de ses fiches sont réels.",
    steward: ("ines", "Inès Caron"),
    members: &[("amina", "Amina Benali"), ("leo", "Léo Marchand")],
    before: &[
        include_str!("../samples/bassins/loos-quarante-ans-de-transition.md"),
        include_str!("../samples/bassins/loos-commencer-par-la-fete.md"),
        include_str!("../samples/bassins/loos-un-plan-d-urbanisme-avec-les-habitants.md"),
        include_str!("../samples/bassins/loos-batir-autrement-depuis-1997.md"),
        include_str!("../samples/bassins/malaunay-un-comite-cinquante-actions.md"),
        include_str!("../samples/bassins/malaunay-soleil-et-bois.md"),
        include_str!("../samples/bassins/malaunay-neighbourhood-challenges.md"),
        include_str!("../samples/bassins/grande-synthe-manger-et-cultiver.md"),
    ],
    after: &[
        include_str!("../samples/bassins/ecrire-ses-limites.md"),
        include_str!("../samples/bassins/rencontre-mesurer-en-une-demi-journee.md"),
        include_str!("../samples/bassins/permanence-d-ecriture-en-ligne.md"),
    ],
};

const VALLEES: Part = Part {
    handle: "vallees",
    name: "Valleys in Common",
    language: "en",
    tagline: "Hill and mountain territories, comparing notes.",
    summary: "A network invented for the demonstration. The places, facts and sources in what it publishes are real.",
    steward: ("ruth", "Ruth Ellery"),
    members: &[("nora", "Nora Lindqvist"), ("tomas", "Tomas Arrieta")],
    before: &[
        include_str!("../samples/vallees/le-mene-from-jobs-to-energy.md"),
        include_str!("../samples/vallees/le-mene-quarante-millions-en-commun.md"),
        include_str!("../samples/vallees/four-people-at-one-table.md"),
        include_str!("../samples/vallees/nine-mountain-territories.md"),
        include_str!("../samples/vallees/cohortes-regionales-occitanie-grand-est.md"),
        include_str!("../samples/vallees/ten-monthly-meetings-and-an-open-desk.md"),
    ],
    after: &[
        include_str!("../samples/vallees/several-counts-of-one-alliance.md"),
        include_str!("../samples/vallees/winter-open-desk.md"),
        include_str!("../samples/vallees/deux-jours-au-mene.md"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::front::{Usual, read};

    #[test]
    fn every_sample_can_be_published_by_somebody_of_its_network() {
        let usual = Usual {
            language: "fr".into(),
            licence: "CC-BY-SA-4.0".into(),
            timezone: "Europe/Paris".into(),
        };
        let mut number = 0;
        for part in &CAST {
            for text in part.before.iter().chain(part.after) {
                let file = read(text, &usual).expect("a sample");
                let author = file.author.clone().unwrap_or_default();
                assert!(
                    part.members.iter().any(|(handle, _)| *handle == author),
                    "{author}"
                );
                assert!(file.published.is_some());
                file.draft.check().expect("publishable");
                number += 1;
            }
        }
        assert_eq!(number, 20);
    }
}
