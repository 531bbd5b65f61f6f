# Texts of the pages. One key a text, grouped by page; the same keys in every language.
# Dashes and quotation marks are typographic; in French a narrow no-break space (U+202F)
# stands before : ; ! ? and inside « ».

## The frame of every page

layout-skip = Aller au contenu
layout-nav = Navigation principale
layout-footer-nav = À propos de ce nœud
layout-menu = Menu
layout-language = Langue
layout-breadcrumb = Vous êtes ici
layout-dev = Développement : ce qui est écrit ici reste sur cette machine.
layout-powered = Fait avec Atelier, logiciel libre sous licence AGPL
layout-source = code source
layout-waiting = { $count ->
    [one] une chose vous attend
   *[other] { $count } choses vous attendent
}
steps-done = (fait)

## The main navigation

nav-home = Accueil
nav-experiences = Expériences
nav-events = Agenda
nav-papers = Textes
nav-networks = Réseaux
nav-following = Abonnements
nav-write = Écrire
nav-my-publications = Mes publications
nav-members = Membres
nav-settings = Réglages
nav-deliveries = Envois
nav-blocks = Blocages
nav-steward = Intendance
nav-agenda = Agenda
nav-followers = Abonnés

## What people do everywhere

action-save = Enregistrer
action-save-draft = Enregistrer le brouillon
action-cancel = Annuler
action-edit = Modifier
action-remove = Retirer
action-delete = Supprimer
action-back = Retour
action-continue = Continuer
action-confirm = Confirmer
action-copy = Copier ce lien
action-see-all = Tout voir
action-more = La suite
action-older = Plus anciens
action-newer = Plus récents
action-filter = Afficher
action-retry = Réessayer maintenant
common-all = Tout
common-none = Aucun
common-yes = Oui
common-no = Non
common-never = jamais
common-unknown = non précisé
common-and = et
common-new = Nouveau
common-draft = Brouillon
common-saved = Enregistré.
common-by = par { $name }
common-from = du réseau { $network }
common-published-on = Publié le { $date }
common-updated-on = Mis à jour le { $date }
action-copy-this = Copier
action-copied = Copié

## How long ago

ago-now = à l’instant
ago-minutes = { $count ->
    [one] il y a une minute
   *[other] il y a { $count } minutes
}
ago-hours = { $count ->
    [one] il y a une heure
   *[other] il y a { $count } heures
}
ago-days = { $count ->
    [one] hier
   *[other] il y a { $count } jours
}
in-seconds = { $count ->
    [one] dans une seconde
   *[other] dans { $count } secondes
}
in-minutes = { $count ->
    [one] dans une minute
   *[other] dans { $count } minutes
}
in-hours = { $count ->
    [one] dans une heure
   *[other] dans { $count } heures
}
in-days = { $count ->
    [one] demain
   *[other] dans { $count } jours
}

## Forms

form-required = (obligatoire)
form-optional = (facultatif)
form-error = À revoir :
form-colon = { " : " }
form-summary = { $count ->
    [one] Une réponse est à revoir
   *[other] { $count } réponses sont à revoir
}
form-kept = Rien de ce que vous avez écrit n’est perdu.
form-saved-at = Enregistré à { $time }
form-saving = Enregistrement…
form-not-saved = Pas encore enregistré : la connexion semble coupée. Votre texte est toujours là.
form-leave = Une partie de votre texte n’est pas encore enregistrée.
form-characters-left = { $count } caractères restants
form-markdown = Vous pouvez utiliser Markdown : *italique*, **gras**, listes avec des tirets, [liens](https://example.org).

## What may be wrong with an answer

issue-required = Merci de remplir ce champ.
issue-too-long = C’est trop long.
issue-too-short = C’est trop court.
issue-email = Cela ne ressemble pas à une adresse électronique, comme nom@exemple.org.
issue-url = Cela ne ressemble pas à une adresse web, comme https://exemple.org.
issue-date = Nous n’avons pas pu lire cette date. Écrivez-la ainsi : 2026-12-05.
issue-time = Nous n’avons pas pu lire cette heure. Écrivez-la ainsi : 14:30.
issue-end-before-start = La fin serait avant le début.
issue-number = Merci de donner un nombre.
issue-choice = Merci de choisir l’une des réponses proposées.
issue-taken = C’est déjà pris. Merci d’en choisir un autre.
issue-handle = Utilisez seulement des minuscules sans accent, des chiffres et _, par exemple loos_en_gohelle.
issue-password-short = Utilisez au moins 8 caractères ; une petite phrase est idéale.
issue-password-common = Ce mot de passe figure sur les listes essayées en premier par les pirates. Merci d’en choisir un autre.
issue-password-differs = Les deux mots de passe ne sont pas identiques.
issue-sign-in = Cette adresse et ce mot de passe ne vont pas ensemble.
issue-scope-required = Avant de publier, dites ce que l’expérience ne montre pas, et où elle pourrait ne pas convenir.
issue-alt-required = Décrivez l’image en quelques mots pour les personnes qui ne la voient pas.
issue-file-type = Nous ne pouvons pas lire ce type de fichier. Images : JPEG, PNG, WebP ou GIF.
issue-file-size = Ce fichier est trop lourd.
issue-language = Merci de choisir la langue dans laquelle c’est écrit.
issue-timezone = Nous ne connaissons pas ce fuseau horaire.
issue-not-found-there = Nous n’avons rien trouvé à suivre à cette adresse.
issue-unreachable = Ce nœud ne répond pas pour l’instant. Réessayez plus tard.
issue-already-followed = Vous suivez déjà ce réseau.
issue-own-node = C’est votre propre réseau.
issue-invitation-over = Cette invitation a déjà servi ou a expiré. Demandez-en une nouvelle.
issue-last-steward = C’est la dernière personne de l’intendance. Confiez d’abord ce rôle à quelqu’un d’autre.
issue-kind = Choisissez ce que vous voulez donner.
issue-name = Donnez-lui un nom, même provisoire.
issue-content = Le texte est encore vide. Quelques lignes suffisent pour publier.
issue-scope-needed = Pour publier, dites ce que couvre ce récit : où, quand, combien de personnes. La Charte demande de la rigueur.
issue-limits-needed = Pour publier, dites ce que ce récit ne montre pas, et où il pourrait ne pas convenir. Une limite dite honnêtement vaut autant qu’un résultat.
issue-audience = Choisissez qui peut le lire.
issue-licence = Choisissez une des licences proposées.
issue-alt = Décrivez l’image en quelques mots pour les personnes qui ne la voient pas.
issue-start-time = Quand cela commence-t-il ? Donnez un jour et une heure.
issue-end-time = Nous n’avons pas pu lire la fin, ou elle précède le début.
issue-degrees = Ce n’est pas un point de la Terre : la latitude va de -90 à 90, la longitude de -180 à 180.
issue-legal-pages = Ce nœud ne peut pas encore publier : ses mentions légales, sa page de confidentialité et son contact ne sont pas remplis.
issue-email-taken = Un membre a déjà cette adresse électronique.
issue-handle-taken = Ce nom court est déjà pris ici. Choisissez-en un autre.
issue-password-long = Ce mot de passe est trop long : 256 caractères au plus.
issue-password-now = Ce n’est pas votre mot de passe actuel.
issue-target = Nous ne reconnaissons pas d’adresse ici. Collez-en une comme @reseau@exemple.org, ou l’adresse d’une page.

## Kinds of publications

kind-experience = Expérience
kind-event = Événement
kind-paper = Texte
kind-contribution = Contribution
kind-experience-plural = Expériences
kind-event-plural = Événements
kind-paper-plural = Textes
kind-contribution-plural = Contributions
kind-experience-hint = Ce qu’un territoire a tenté, comment, avec quel résultat et dans quelles limites.
kind-event-hint = Un jour, un lieu, une invitation.
kind-paper-hint = Un texte de réflexion, un outil, une méthode, une proposition.
field-territory = Territoire
field-territory-hint = La ville, la vallée, la région… où cela s’est passé.
field-period = Période
field-period-hint = Des années suffisent : 2015/2020, ou 2018.
field-scope = Portée
field-scope-hint = Que couvre ce récit ? Quel lieu, quelles années, combien de personnes, quelles sources ?
field-limits = Limites
field-limits-hint = Que ne montre-t-il pas ? Où pourrait-il ne pas convenir ? D’autres s’appuieront sur vos propos.
field-results = Résultats
field-results-hint = Ce qui se voit ou se compte aujourd’hui, et ce qu’il est trop tôt pour dire.
field-lessons = Enseignements
field-lessons-hint = Que referiez-vous, et que feriez-vous autrement ?
field-sources = Sources
field-sources-hint = D’où viennent les faits : rapports, pages, personnes présentes. Une par ligne, avec un tiret.
field-website = Page pour s’inscrire ou participer
field-website-hint = Une adresse complète, par exemple https://exemple.org/rencontre.

## Home

home-title = Accueil
home-welcome = Ce que les territoires en transition se donnent
home-lede = Expériences, événements et textes de { $network } et des réseaux qu’il suit. Chaque contribution nomme qui la donne et renvoie à sa page d’origine.
home-new-here = Nouveau ici
home-new-followed = Nouveau dans les réseaux suivis
home-upcoming = Prochainement
home-networks = Réseaux entendus ici
home-empty-title = Rien n’a encore été publié
home-empty-text = La première expérience peut être courte : ce qui a été tenté et ce qui en est sorti. Vous pourrez la compléter plus tard.
home-empty-visitor = Revenez bientôt, ou suivez ce réseau depuis votre propre nœud : { $handle }
home-follow-text = Suivez d’autres réseaux : ce qu’ils publient apparaîtra ici, avec leur nom.
home-count = { $count ->
    [one] une publication
   *[other] { $count } publications
}
home-not-open-title = Ce nœud n’est pas encore ouvert
home-not-open-text = La personne qui l’a installé dispose d’un lien pour l’ouvrir : le programme l’affiche à son démarrage.
card-read-at = Lire sur { $host }
card-copy = Copie gardée ici

## Banks: publications shown together

bank-experiences-title = Banque d’expériences
bank-experiences-lede = Ce que des territoires ont tenté : le contexte, les leviers, les obstacles, les résultats et les limites.
bank-events-title = Agenda
bank-events-lede = Rencontres, visites, ateliers et formations des réseaux.
bank-papers-title = Textes et outils
bank-papers-lede = Textes de réflexion, outils, méthodes et propositions.
bank-filter-kind = Type
bank-filter-network = Réseau
bank-filter-language = Langue
bank-filter-when = Quand
bank-filter-here = D’ici
bank-filter-elsewhere = D’ailleurs
bank-upcoming = À venir
bank-past = Passés
bank-newest = Les plus récents d’abord
bank-best = Les plus proches d’abord
bank-next = Suite
bank-empty-title = Rien ici pour l’instant
bank-empty-text = Rien ne correspond à ce choix. Élargissez-le, ou soyez la première personne à écrire.
bank-count = { $count ->
    [0] Aucun résultat
    [one] Un résultat
   *[other] { $count } résultats
}
bank-all-networks = Tous les réseaux
bank-all-languages = Toutes les langues
bank-all-kinds = Tous les types
bank-only-here = Seulement ce nœud
bank-show-all = Tout afficher
bank-empty-narrow = Rien ne correspond à ce choix. Élargissez-le pour en voir plus.
bank-empty-experience = Aucune expérience n’a encore été racontée ni reçue. La première peut être courte : ce qui a été tenté, et ce qui en est sorti.
bank-empty-paper = Aucun texte n’a encore été partagé ni reçu.
bank-empty-event = Aucun événement n’est annoncé pour l’instant.

## A publication

publication-given-by = Donné par
publication-network = Réseau
publication-node = Nœud
publication-original = Voir l’original sur { $host }
publication-copy = Ceci est une copie. L’original, seul à jour, reste chez son producteur.
publication-facts = En bref
publication-published = Publié
publication-updated = Mis à jour
publication-received = Reçu ici
publication-licence = Licence
publication-language = Langue
publication-other-languages = Aussi en
publication-original-language = (original)
publication-audience = Qui peut le lire
publication-credits = Crédits
publication-place = Lieu
publication-territory = Territoire
publication-scale = Échelle
publication-period = Période
publication-actors = Qui a pris part
publication-levers = Ce qui a aidé
publication-obstacles = Ce qui a freiné
publication-results = Résultats
publication-scope = Portée et limites
publication-lessons = Enseignements
publication-source = Source
publication-related = En lien
publication-when = Quand
publication-where = Où
publication-online = En ligne
publication-join = Participer en ligne
publication-organiser = Organisé par
publication-cancelled = Annulé
publication-over = Cet événement est passé.
publication-revisions = Historique de ce texte
publication-revision = Version { $number }, { $date }
publication-address = Adresse permanente
publication-address-hint = Citez cette adresse : elle désigne l’original et ne change pas.
publication-edit = Modifier cette publication
publication-withdraw = Retirer cette publication
publication-withdraw-text = Elle disparaîtra d’ici, et il sera demandé aux nœuds qui l’ont reçue de retirer leur copie. Nous ne pouvons pas les y obliger. Une mention restera à son adresse pour dire qu’elle a été retirée.
publication-withdraw-button = La retirer
publication-withdrawn-title = Cette publication a été retirée
publication-withdrawn-text = Son producteur l’a reprise le { $date }. Rien n’en est conservé ici.
publication-draft-notice = Ceci est un brouillon : il n’est visible que de vous.
publication-announced-by = Relayé par { $network }
publication-reach = Où elle est partie
publication-reach-text = Remise à { $done } nœuds sur { $total }.
publication-received-on = Reçu ici le { $date }
period-since = depuis { $date }
period-until = jusqu’à { $date }
publication-picture-there = Voir l’image chez son producteur
revision-first = C’est la première version.
revision-same = Les textes n’ont pas changé : seuls les dates, le lieu, l’image ou la licence.
revision-text = Lire cette version
revision-gone = Retiré :
revision-new = Ajouté :
revision-gap = { $count ->
    [one] … une ligne sans changement …
   *[other] … { $count } lignes sans changement …
}

## How an origin was verified

verified-title = Origine
verified-local = Écrit sur ce nœud
verified-local-text = Son auteur s’est connecté ici pour l’écrire.
verified-proof = Signé à la source
verified-proof-text = Vérifié par la signature de { $name }, faite sur son propre nœud, { $host }. N’importe qui peut contrôler cette copie, même si ce nœud disparaît.
verified-origin = Reçu de son propre nœud
verified-origin-text = Elle est venue directement de { $host }, où elle se trouve, par une connexion dont nous avons vérifié la signature. Le texte lui-même n’est pas signé.
verified-fetched = Lu à son adresse
verified-fetched-text = Nous l’avons lue sur { $host }, à sa propre adresse, le { $date }.
verified-not = Origine non vérifiée
verified-not-text = Nous n’avons pas pu vérifier qui a écrit ceci. Suivez le lien vers l’original avant de vous y fier.
verified-checked-on = Vérifié le { $date }
verified-key = Clé de la preuve :
check-again = Vérifier à nouveau
check-hint = Nous relisons notre preuve et demandons à { $host } s’il dit toujours la même chose. Rien n’est perdu.
check-done = C’est vérifié. Le résultat est sous « Origine ».
check-busy = Beaucoup de vérifications sont en cours. Réessayez dans quelques secondes.
check-when = Vérifié à nouveau le { $date }
check-evidence-proof = Notre preuve tient : le texte porte la signature de son producteur, et elle est juste.
check-evidence-signature = Notre preuve tient : son nœud a signé l’envoi de ces mots mêmes.
check-evidence-attested = Notre preuve est notre propre parole : nous l’avons reçu de son nœud, mais rien de ce que nous gardons n’est signé par son auteur.
check-evidence-broken = Notre preuve ne tient plus. Ne vous fiez pas à cette copie ; lisez l’original.
check-answer-same = { $host } disait toujours la même chose.
check-answer-newer = { $host } avait un texte plus récent. C’est lui que vous lisez maintenant.
check-answer-different = { $host } montrait d’autres mots, sans dire qu’ils sont plus récents. Nous gardons ce que nous avons reçu.
check-answer-gone = { $host } disait que cela avait été retiré là-bas. Nous gardons notre copie jusqu’à ce que le retrait par son auteur nous parvienne.
check-answer-missing = { $host } ne montrait rien à cette adresse, ou pas à nous.
check-answer-silent = { $host } n’a pas pu être joint, ou n’a rien répondu de crédible. Notre preuve n’en dépend pas.
evidence-summary = Emporter la preuve
evidence-text = Un fichier contient les mots tels que nous les avons reçus, qui les a signés, et toutes les clés que nous avons vues chez son producteur. N’importe qui peut le contrôler sans nous interroger, ni eux, même des années plus tard, quand des clés ont changé ou que des nœuds ont disparu.
evidence-own-text = Un fichier contient les mots tels que ce nœud les donne, avec sa signature. N’importe qui peut le contrôler sans nous interroger, même quand ce nœud n’existera plus.
evidence-download = Télécharger la preuve (JSON)
evidence-command = Pour la contrôler, avec ce programme :

## Licences

licence-cc-by-sa-4 = Creative Commons Attribution – Partage dans les mêmes conditions 4.0
licence-cc-by-sa-4-hint = Chacun peut l’utiliser et l’adapter en vous nommant et en partageant le résultat de la même façon.
licence-cc-by-4 = Creative Commons Attribution 4.0
licence-cc-by-4-hint = Chacun peut l’utiliser et l’adapter en vous nommant.
licence-cc0-1 = Creative Commons Zéro (domaine public)
licence-cc0-1-hint = Chacun peut en faire ce qu’il veut.
licence-cc-by-nc-sa-4 = Creative Commons Attribution – Pas d’utilisation commerciale – Partage dans les mêmes conditions 4.0
licence-cc-by-nc-sa-4-hint = Comme le partage à l’identique, mais sans but lucratif. Certains Alliés ne pourront pas s’en servir.
licence-cc-by-nd-4 = Creative Commons Attribution – Pas de modification 4.0
licence-cc-by-nd-4-hint = Chacun peut le transmettre sans le modifier, en vous nommant.
licence-all-rights = Tous droits réservés
licence-all-rights-hint = Chacun peut le lire et le citer, rien de plus.
licence-none = Licence non précisée : demandez avant de l’utiliser
licence-other = Autre licence
licence-etalab-2 = Licence Ouverte (Etalab) 2.0
licence-etalab-2-hint = Chacun peut l’utiliser et l’adapter en vous nommant et en indiquant sa date.

## Who can read something

audience-public = Tout le monde
audience-public-hint = Chacun peut la lire, et elle part vers tous les réseaux qui suivent le nôtre.
audience-followers = Les réseaux qui nous suivent
audience-followers-hint = Les membres de notre réseau et de ceux dont nous avons accepté la demande.
audience-members = Les membres de ce nœud
audience-members-hint = Seulement les personnes qui se connectent ici. Elle ne quitte jamais ce nœud.

## Roles of members

role-steward = Intendance
role-steward-hint = Prend soin du nœud : membres, réseaux suivis, réglages.
role-editor = Édition
role-editor-hint = Publie, et peut modifier ou retirer ce que d’autres membres du réseau ont publié.
role-member = Membre
role-member-hint = Écrit et publie en son nom.

## Territory scales

scale-neighbourhood = Quartier
scale-municipality = Commune
scale-intermunicipality = Intercommunalité
scale-region = Région
scale-nation = Nation
scale-continent = Continent
scale-world = Monde

## Languages of texts

language-en = anglais
language-fr = français
language-es = espagnol
language-pt = portugais
language-de = allemand
language-it = italien
language-nl = néerlandais
language-ar = arabe
language-zh = chinois
language-wo = wolof
language-other = une autre langue

## Writing

write-title = Écrire
write-lede = Choisissez ce que vous voulez donner. Un nom suffit pour commencer : le reste peut attendre.
write-experience-title = Raconter une expérience
write-event-title = Annoncer un événement
write-paper-title = Partager un texte
write-edit-title = Modifier « { $name } »
write-drafts-title = Mes brouillons
write-drafts-empty = Vous n’avez aucun brouillon.
write-draft-saved = Votre brouillon est enregistré. Il n’est visible que de vous.
write-draft-delete = Supprimer ce brouillon
write-draft-delete-text = Le brouillon sera définitivement perdu.
write-name = Nom
write-name-hint = Qu’est-ce qui donnerait à un voisin l’envie de le lire ?
write-summary = Résumé
write-summary-hint = Deux ou trois phrases, pour qui n’a qu’une minute.
write-content = Texte
write-content-hint = Écrivez comme vous le raconteriez. Laissez une ligne vide entre les paragraphes ; commencez une ligne par ## pour un intertitre et par - pour une liste.
write-language = Langue du texte
write-licence = Licence
write-licence-hint = Ce que les autres peuvent en faire. Elle accompagne chaque copie.
write-audience = Qui peut le lire ?
write-territory = Territoire
write-territory-hint = La ville, la vallée, la région… où cela s’est passé.
write-scale = Échelle
write-period = Période
write-period-hint = Par exemple : depuis 2015, ou 2018–2021.
write-actors = Qui a pris part ?
write-actors-hint = Habitants, associations, entreprises, élus, chercheurs…
write-levers = Qu’est-ce qui a aidé ?
write-obstacles = Qu’est-ce qui a freiné ?
write-results = Qu’en est-il sorti ?
write-results-hint = Ce qui se voit ou se compte aujourd’hui, et ce qu’il est trop tôt pour dire.
write-scope = Portée et limites
write-scope-hint = Qu’est-ce que cette expérience ne montre pas ? Où pourrait-elle ne pas convenir ? La Charte demande de la rigueur : d’autres s’appuieront sur vos propos, et une limite dite honnêtement vaut autant qu’un résultat. Ce champ est nécessaire pour publier, pas pour garder un brouillon.
write-lessons = Qu’avez-vous appris ?
write-source = Source
write-source-hint = D’où viennent les faits : un rapport, une page, des personnes présentes.
write-start = Début
write-end = Fin
write-timezone = Fuseau horaire
write-timezone-hint = Celui du lieu de l’événement, par exemple Europe/Paris.
write-place = Lieu
write-place-hint = Nom et adresse, comme pour un visiteur.
write-online = Lien pour participer en ligne
write-pictures = Images
write-picture = Image
write-picture-hint = JPEG, PNG, WebP ou GIF, jusqu’à { $size }. Le lieu de prise de vue est effacé du fichier.
write-picture-alt = Que montre l’image ?
write-picture-alt-hint = Une phrase pour les personnes qui ne la voient pas.
write-picture-add = Ajouter une image
write-part-core = L’essentiel
write-part-story = Le récit
write-part-rigour = Avec rigueur
write-part-practical = En pratique
write-part-sharing = Partage
write-preview = Aperçu
write-conflict-title = Quelqu’un a modifié ce texte pendant que vous écriviez
write-conflict-text = Rien n’a été écrasé. Voici les deux textes : gardez ce qu’il faut, puis enregistrez.
write-conflict-yours = Votre texte
write-conflict-theirs = Le texte tel qu’il est maintenant
write-conflict-changes = Ce qui diffère, de leur texte au vôtre
write-draft-kept = enregistré { $ago }
write-draft-nameless = (pas encore de nom)
write-draft-discarded = Le brouillon est supprimé.
write-edit-kept = Vous aviez commencé à modifier ce texte : le voici tel que vous l’avez laissé. Il n’est pas encore publié.
write-audience-stays = Cela ne change plus après la publication : on ne peut pas faire oublier une copie déjà reçue.
write-content-needed = Nécessaire pour publier, pas pour garder un brouillon.
write-markdown = Comment mettre le texte en forme
write-needed = (pour publier)
write-part-rigour-hint = La Charte demande à une expérience sa portée et ses limites. Elles sont nécessaires pour publier, pas pour garder un brouillon.
write-part-when = Quand et où
write-place-name = Nom du lieu
write-place-street = Numéro et rue
write-place-postcode = Code postal
write-place-locality = Commune
write-place-region = Région
write-place-country = Pays
write-place-map = Position sur une carte
write-place-map-hint = En degrés, par exemple 50.457 et 2.793. Ceci peut rester vide.
write-latitude = Latitude (nord)
write-longitude = Longitude (est)
write-picture-remove = Retirer cette image

## Preview, before sending

preview-title = Avant l’envoi
preview-lede = Voici comment elle apparaîtra. Relisez-la une dernière fois.
preview-who = Qui la recevra
preview-public = Tout le monde peut la lire sur cette page.
preview-networks = { $count ->
    [0] Personne ne nous suit encore : elle reste sur ce nœud en attendant.
    [one] Elle sera envoyée à un nœud qui nous suit.
   *[other] Elle sera envoyée à { $count } nœuds qui nous suivent.
}
preview-members = Seuls les membres de ce nœud la verront. Elle ne sera envoyée nulle part.
preview-recall = Vous pourrez la modifier ou la retirer, et les autres seront prévenus. Mais une copie déjà reçue peut subsister : un rappel peut être ignoré ailleurs.
preview-publish = Publier
preview-update = Publier cette nouvelle version
preview-back = Continuer à écrire
preview-published = Publié. C’est en route vers celles et ceux qui nous suivent.
preview-withdrawn = Retiré. Les nœuds qui l’ont reçu en sont avertis. Son texte est revenu parmi les brouillons de son auteur.
preview-updated = La nouvelle version est publiée. Celles et ceux qui ont reçu la précédente en sont avertis.
preview-changed = Votre texte a changé dans une autre fenêtre : relisez-le.
preview-more-nodes = et { $count } de plus

## A network

network-title = Réseaux
network-lede = Les réseaux entendus sur ce nœud. Chacun a son propre nœud, ses propres mots et son propre visage.
network-address = Adresse à suivre
network-address-hint = Collez-la sur votre propre nœud pour recevoir ce que publie ce réseau.
network-visit = Visiter ce réseau sur { $host }
network-here = Le réseau de ce nœud
network-since = Entendu depuis le { $date }
network-publications = Ce qu’il a publié
network-members = Membres
network-about = À propos de ce réseau
network-territory = Territoire
network-website = Site web
network-followers = { $count ->
    [0] pas encore d’abonné
    [one] un abonné
   *[other] { $count } abonnés
}
network-follow = Suivre ce réseau
network-unfollow = Ne plus suivre
network-unfollow-text = Vous ne recevrez plus ce qu’il publie. Ce que vous avez déjà reçu reste, et renvoie toujours à son origine.
network-none = Aucun réseau n’est encore entendu ici
network-none-text = Les réseaux dont les publications arrivent sur ce nœud seront listés ici.
network-follows = { $count ->
    [0] ne suit encore aucun réseau
    [one] suit un réseau
   *[other] suit { $count } réseaux
}
actor-visit = Voir cette page sur { $host }
actor-copy = Voici ce que notre nœud sait de cet acteur. Sa propre page, seule à jour, est sur son nœud.
actor-gone = Cet acteur a quitté son nœud. Ce que nous avons reçu reste ici, sous son nom.
actor-read = Dernière lecture sur son nœud
actor-since = Ici depuis
actor-known-since = Connu ici depuis

## A member's page

member-publications = Publications de { $name }
member-empty = { $name } n’a encore rien publié.
member-of = Membre de { $network }
member-since = Membre depuis le { $date }
member-edit = Modifier ma page
member-address = Adresse
member-was-of = A été membre de { $network }

## Following

following-title = Réseaux suivis
following-lede = Ce qu’ils publient apparaît ici, sous leur nom, avec un lien vers l’origine.
following-follow = Suivre un réseau
following-target = Adresse du réseau
following-target-hint = Toute adresse convient : @reseau@exemple.org, sa page, ou celle d’une de ses publications.
following-submit = Suivre
following-empty-title = Vous ne suivez encore aucun réseau
following-empty-text = Demandez son adresse à un autre réseau et collez-la ci-dessus. Vous recevrez d’abord ce qu’il a publié par le passé, puis toute nouveauté.
following-asked = Nous avons demandé à suivre { $name }. Vous verrez la réponse ici.
following-state-pending = En attente de réponse
following-state-accepted = Suivi
following-state-rejected = Refusé
following-state-pending-hint = Son nœud a reçu notre demande. Il faut peut-être que quelqu’un l’accepte.
following-state-rejected-hint = Ce réseau n’a pas accepté notre demande. Écrivez-leur pour demander pourquoi.
following-backfill = Réception de son historique : { $done } sur { $total }
following-backfill-counting = Réception de son historique : { $done } pour l’instant
following-backfill-done = Tout son historique est là ({ $count })
following-last-received = Dernière réception
following-nothing-received = Rien reçu pour l’instant
following-since = Suivi depuis le { $date }
following-unfollowed = Vous ne suivez plus { $name }.
following-title-one = Abonnement
following-not = Notre réseau ne suit pas cette adresse.
following-state-looking = Recherche en cours
following-state-failed = Introuvable
following-state-looking-hint = Nous demandons au nœud de cette adresse qui y vit.
following-state-failed-hint = Le nœud de cette adresse n’a pas répondu comme prévu. Vérifiez l’adresse, ou réessayez plus tard.
following-said-looking = L’autre nœud n’a pas encore répondu. Sa réponse apparaîtra ici.
following-said-pending = Nous avons demandé à suivre ce réseau. Sa réponse apparaîtra ici.
following-said-accepted = Nous suivons maintenant ce réseau. Son historique arrive.
following-said-failed = Nous n’avons trouvé personne à suivre à cette adresse. La raison est indiquée plus bas.
following-ended = Nous ne suivons plus cette adresse.
following-end = Ne plus suivre { $name }
following-try-again = Réessayer
following-forget = Retirer de la liste
following-last-heard = Dernier signe de vie
following-backfill-failed = Son historique s’est arrêté après { $count } éléments ; il sera relu tout seul.
following-refreshing = Quelque chose est en cours : cette page se renouvelle toutes les quelques secondes.
following-another = Arrêter, et suivre un autre réseau
following-still = Arrêter
following-none = Ce réseau n’en suit encore aucun autre
following-none-text = Ceux qu’il suit seront nommés ici.
interaction-title = Suivre depuis chez soi
interaction-actor = Notre nœud connaît déjà cet acteur.
interaction-publication = Cette publication est déjà ici :
interaction-unknown = Notre nœud ne connaît pas encore cette adresse. Elle sera recherchée quand l’intendance la suivra.
interaction-steward = C’est l’intendance de ce nœud qui suit des réseaux : donnez-lui cette adresse.

## Followers

followers-title = Qui nous suit
followers-lede = Ces acteurs reçoivent ce que nous publions. Leurs nœuds gardent des copies qui renvoient chez nous.
followers-empty-title = Personne ne nous suit encore
followers-empty-text = Donnez votre adresse à d’autres réseaux : { $handle }
followers-requests = Demandes pour nous suivre
followers-accept = Accepter
followers-refuse = Refuser
followers-remove = Retirer cet abonné
followers-since = Nous suit depuis le { $date }
followers-asked = Demande du { $date }
followers-silent = Muet pour l’instant
followers-by-hand = Chaque demande attend l’accord de l’intendance.
followers-by-itself = Les demandes sont acceptées aussitôt.
followers-accepted = Cet acteur nous suit maintenant ; il en est averti.
followers-refused = Cet acteur ne nous suit pas ; il en est averti.
followers-remove-text = Cet acteur ne recevra plus ce que nous publions. Ce qu’il a reçu reste chez lui.
followers-this-one = Suit notre réseau.

## Deliveries, for stewards

deliveries-title = Envois
deliveries-lede = Ce que nous devons à d’autres nœuds, nœud par nœud. Rien n’est abandonné avant trente jours.
deliveries-node = Nœud
deliveries-software = Logiciel
deliveries-waiting = En attente
deliveries-done = Remis
deliveries-refused = Refusés
deliveries-last-success = Dernier succès
deliveries-next-try = Prochain essai
deliveries-last-answer = Dernière réponse
deliveries-state-well = Va bien
deliveries-state-slow = Lent
deliveries-state-silent = Muet depuis le { $date }
deliveries-state-gone = Disparu
deliveries-retry = Réessayer ce nœud maintenant
deliveries-all-done = Tout a été remis.
deliveries-count = { $count ->
    [0] aucun envoi n’attend
    [one] un envoi attend
   *[other] { $count } envois attendent
}
deliveries-hosts = Nœuds
deliveries-newest = Derniers envois
deliveries-state = État
deliveries-jobs = Tâches dans la file
deliveries-given-up = Abandonnées
deliveries-given-up-hint = Des tâches ont été abandonnées après de nombreux essais. Le journal dit pourquoi.
deliveries-refused-here = Refusés à notre porte
deliveries-refusals = Ce que nous avons refusé
deliveries-refusals-hint = Activités reçues qui ne tenaient pas, depuis le démarrage du programme, par motif.
deliveries-reason = Motif
deliveries-unknown = Ce que nous ne comprenons pas
deliveries-unknown-hint = Activités et objets de sortes que ce programme ne connaît pas, depuis son démarrage. Ils restent sans effet ; il n’y a rien à faire.
deliveries-name = Sorte
deliveries-times = Fois
deliveries-failures = { $count ->
    [one] un échec
   *[other] { $count } échecs de suite
}
deliveries-no-host = Nous n’avons encore parlé avec aucun autre nœud.
deliveries-none = Aucun envoi ici.
deliveries-tried = Nous réessayons ce nœud.
deliveries-what = Quoi
deliveries-what-create = Nouvelle publication
deliveries-what-update = Modification
deliveries-what-delete = Retrait
deliveries-what-announce = Transmission
deliveries-what-follow = Demande d’abonnement
deliveries-what-accept = Oui à un abonné
deliveries-what-reject = Non à un abonné
deliveries-what-undo = Annulation
deliveries-to = Vers
deliveries-tries = Essais
deliveries-since = Depuis
deliveries-is-waiting = En attente
deliveries-is-delivered = Remis
deliveries-is-refused = Refusé
deliveries-is-gone = Disparu
deliveries-is-expired = Abandonné
reach-which = Quels nœuds ?

## Members and invitations

members-title = Membres
members-lede = Les personnes qui se connectent à ce nœud.
members-name = Nom
members-email = Adresse électronique
members-role = Rôle
members-last-seen = Dernière visite
members-change-role = Changer le rôle
members-remove = Retirer { $name }
members-remove-text = Cette personne ne pourra plus se connecter. Ce qu’elle a publié reste, sous son nom.
members-removed = { $name } ne peut plus se connecter.
members-role-changed = { $name } a maintenant le rôle : { $role }
members-count = { $count ->
    [one] Un membre
   *[other] { $count } membres
}
invitation-title = Invitations
invitation-new = Inviter quelqu’un
invitation-new-hint = Vous obtenez un lien à leur envoyer vous-même. Il sert une seule fois, pendant { $days } jours.
invitation-for = Pour qui ?
invitation-for-hint = Un nom, pour mémoire.
invitation-create = Créer le lien
invitation-link = Envoyez ce lien à cette personne. Il ne sera plus affiché.
invitation-open = En attente jusqu’au { $date }
invitation-used = Acceptée par { $name }
invitation-revoke = Annuler
invitation-accept-title = Bienvenue dans { $network }
invitation-accept-lede = { $name } vous invite à écrire ici. Choisissez comment vous vous connecterez.
invitation-accept = Rejoindre
members-role-saved = Le rôle est changé.
members-removed-said = Cette personne ne peut plus se connecter.
invitation-link-hint = Il sert une seule fois, pendant { $days } jours. Qui le détient peut rejoindre le nœud : ne l’envoyez qu’à une personne.
invitation-revoked = L’invitation est annulée.
invitation-unnamed = Sans nom
invitation-by = de { $name }
join-title = Invitation
join-role = Votre rôle
join-done = Bienvenue. Cette page est la vôtre : dites quelques mots de vous.
join-handle-hint = Une partie de votre adresse, { $address }. Laissé vide, il est tiré de votre nom. Il ne pourra plus être changé.
join-password-again-hint = Pour être sûr qu’il a été tapé comme vous le vouliez.

## Signing in and out

sign-in = Se connecter
sign-out = Se déconnecter
sign-in-title = Se connecter
sign-in-lede = Pour les membres de { $network }.
sign-in-email = Adresse électronique
sign-in-password = Mot de passe
sign-in-submit = Se connecter
sign-in-needed = Connectez-vous pour continuer.
sign-in-forgotten = Oublié ? L’intendance de ce nœud peut vous en donner un nouveau.
sign-in-no-membership = Pas encore membre ? On le devient sur invitation : écrivez à { $network } par la page de contact.
sign-in-welcome = Bon retour parmi nous, { $name }.
sign-out-done = Votre session est fermée. À bientôt.
sign-in-wait = { $minutes ->
    [one] Il y a eu trop d’essais. Revenez dans une minute.
   *[other] Il y a eu trop d’essais. Revenez dans { $minutes } minutes.
}

## The first start

setup-title = Ouvrir ce nœud
setup-lede = Quelques questions, une seule fois. Ce nœud sera ensuite la maison de votre réseau.
setup-domain = Domaine
setup-domain-text = Ce nœud vit à l’adresse { $domain }. C’est définitif : chaque publication porte cette adresse, et aucune copie ailleurs ne pourrait suivre un déménagement. Un sous-domaine à part, comme atelier.votre-reseau.org, laisse votre site libre.
setup-domain-confirm = Oui, c’est l’adresse que nous garderons
setup-network = Votre réseau
setup-network-name = Nom du réseau
setup-network-name-hint = Comme on le dit. Vous pourrez le changer.
setup-handle = Nom court
setup-handle-hint = Une partie de votre adresse : @nom_court@{ $domain }. Il ne pourra plus être changé.
setup-tagline = En une ligne
setup-tagline-hint = Qui vous êtes et où, pour qui ne vous connaît pas.
setup-language = Langue principale
setup-steward = Vous, pour l’intendance
setup-name = Votre nom
setup-name-hint = Le nom qui figure à côté de ce que vous publiez.
setup-member-handle = Votre nom court
setup-email = Votre adresse électronique
setup-email-hint = Pour vous connecter. Elle n’est jamais affichée.
setup-password = Choisissez un mot de passe
setup-password-hint = Au moins 8 caractères. Une petite phrase est solide et facile à retenir.
setup-password-again = Le même mot de passe encore une fois
setup-submit = Ouvrir le nœud
setup-done = Votre nœud est ouvert. Bienvenue, { $name }.
setup-next-title = Pour commencer
setup-next-legal = Remplissez les mentions légales, la page de confidentialité et le contact : il le faut avant toute publication.
setup-next-follow = Suivre un premier réseau
setup-next-invite = Inviter des membres
setup-next-write = Raconter une première expérience
setup-link-over = Ce lien d’ouverture a déjà servi ou a expiré. Redémarrez le nœud pour en obtenir un nouveau.
setup-address = Votre adresse, pour toujours
setup-address-will-be = On vous suivra à l’adresse :
setup-handle-sample = nom_court
setup-permanent = Pour prendre un autre domaine, arrêtez-vous ici, changez la configuration et redémarrez le nœud. Le nom court ne changera pas non plus.
setup-language-hint = Pour les visiteurs dont le navigateur ne demande aucune des nôtres.
setup-opened = Votre nœud est ouvert. Bienvenue !
setup-waiting-title = Ce nœud attend son réseau
setup-waiting-lede = Il fonctionne, et personne ne l’a encore ouvert. Qui l’a installé détient un lien d’ouverture.
setup-waiting-how = Si vous l’avez installé
setup-waiting-1 = Regardez ce que le programme a écrit à son démarrage : le lien d’ouverture s’y trouve.
setup-waiting-2 = Ouvrez-le dans votre navigateur et répondez à quelques questions.
setup-waiting-3 = Si vous l’avez perdu, redémarrez le nœud pour en obtenir un autre, ou fondez le réseau depuis la ligne de commande :
setup-waiting-visitor = Si vous êtes en visite : revenez plus tard.

## Settings

settings-title = Réglages
settings-mine = Ma page
settings-name = Nom
settings-summary = À propos de moi
settings-summary-hint = Quelques mots que les autres liront sur votre page.
settings-language = Langue des pages
settings-timezone = Fuseau horaire
settings-password = Mot de passe
settings-password-now = Votre mot de passe actuel
settings-password-new = Nouveau mot de passe
settings-password-changed = Votre mot de passe est changé. Les autres appareils ont été déconnectés.
settings-sessions = Vos sessions ouvertes
settings-session-here = Cet appareil
settings-session-end = Déconnecter cet appareil
settings-sessions-end-all = Déconnecter partout ailleurs
settings-tokens = Jetons pour les programmes
settings-network = Le réseau
settings-network-name = Nom du réseau
settings-network-tagline = En une ligne
settings-network-summary = À propos du réseau
settings-licence = Licence habituelle
settings-licence-hint = Proposée pour chaque nouvelle publication ; son auteur peut en choisir une autre.
settings-texts = Mentions légales, confidentialité, contact
settings-saved = Vos réglages sont enregistrés.
account-title = Ma page et mes réglages
account-see-page = Voir ma page
account-saved = Votre page est enregistrée.
account-aside = Vous sur ce nœud
account-links = Aller à
account-password-hint = Un nouveau mot de passe déconnecte vos autres appareils et révoque vos jetons.
account-password-submit = Changer le mot de passe
token-lede = Un jeton permet à un programme d’écrire ici en votre nom, sans votre mot de passe.
token-name = À quoi sert-il ?
token-name-hint = Par exemple : notre site.
token-create = Créer un jeton
token-made = Voici le jeton pour « { $name } ». Il ne sera plus affiché.
token-made-hint = Le programme l’envoie avec chaque requête :
token-since = Créé le { $date }
token-used = utilisé { $ago }
token-unused = jamais utilisé
token-revoke = Révoquer ce jeton
token-revoke-text = Le programme qui l’utilise sera désormais refusé.
token-revoked = Le jeton est révoqué.
settings-see-about = Voir la page publique
settings-presentation = Comment le réseau se présente
settings-publishing = Publier et être suivi
settings-network-summary-hint = Qui vous êtes, où, et ce que vous partagez. Ce texte figure sur votre page ici et voyage vers ceux qui vous suivent.
settings-address = Votre adresse, qui ne change pas :
settings-timezone-hint = Proposé pour les nouveaux événements. Par exemple Europe/Paris.
settings-approve = L’intendance accepte chaque abonné
settings-approve-hint = Sinon, tout réseau qui le demande vous suit aussitôt. Ceux déjà acceptés le restent.
settings-texts-hint = La loi les demande, et un nœud ouvert au public ne publie rien avant que les trois soient écrits.
settings-legal-hint = Qui publie ce nœud, qui dirige la publication, et qui l’héberge.
settings-privacy-hint = Ce que vous gardez sur les personnes, pourquoi et combien de temps. Ce que fait le programme est dit sous votre texte.
settings-contact-hint = Comment joindre quelqu’un : une adresse électronique, une adresse postale.
settings-outline = Une trame pour commencer
settings-outline-hint = Remplacez ce qui est entre crochets. Ce n’est pas un conseil juridique.
settings-outline-use = Le mettre dans le champ
settings-legal-outline =
    ## Éditeur
    (Dénomination), (forme juridique), (adresse postale), (numéro RNA ou SIREN).
    Direction de la publication : (nom).

    ## Hébergeur
    (Nom), (adresse postale), (téléphone).

    ## Droits
    Chaque publication porte sa propre licence. Les copies des publications d’autres réseaux leur appartiennent : leur page dit laquelle.
settings-privacy-outline =
    ## Responsable
    (Dénomination), (comment vous joindre).

    ## Ce que nous gardons
    Des membres : le nom qu’ils donnent, leur adresse électronique pour se connecter, ce qu’ils écrivent. Jusqu’à leur départ ; ce qu’ils ont publié reste sous leur nom, sauf s’ils le retirent.
    Des visiteurs : le journal des requêtes, pendant (nombre) jours, pour la sécurité du nœud.

    ## Vos droits
    Vous pouvez demander à voir, corriger ou effacer ce qui vous concerne : écrivez à (adresse). Vous pouvez saisir la CNIL (ou l’autorité de votre pays).
settings-contact-outline =
    Écrivez-nous : (adresse@exemple.org)

    Par courrier : (adresse postale)

    Pour signaler quelque chose de publié ici, donnez son adresse et dites ce qui ne va pas. Nous répondons sous (nombre) jours.

## About, legal notice, privacy, contact

about-title = À propos
about-lede = { $network } tient son propre nœud et le partage avec les réseaux de l’Alliance.
about-how-title = Comment cela marche
about-how-text = Chaque réseau garde chez lui, sur son propre nœud, ce qu’il donne. Les nœuds envoient ce qu’ils publient à ceux qui les suivent. Chaque copie nomme qui la donne, renvoie à l’original et porte sa licence.
about-no-one-above = Aucun nœud n’est au-dessus d’un autre.
about-figures = Ce nœud en chiffres
about-follow-title = Nous suivre
about-follow-text = Depuis un nœud Atelier, Mastodon, Mobilizon ou tout programme du fédivers, cherchez { $handle }.
about-software = Le logiciel
about-software-text = Ce nœud fonctionne avec Atelier { $version }, logiciel libre sous licence publique générale GNU Affero, version 3 ou ultérieure. Vous pouvez le lire, l’utiliser, le modifier et le partager.
about-source = Obtenir le code source
legal-title = Mentions légales
legal-publisher = Qui publie ce nœud
legal-publisher-hint = Le nom légal et l’adresse de la structure responsable, et qui dirige la publication.
legal-host = Qui l’héberge
legal-host-hint = Nom, adresse et téléphone de l’hébergeur.
legal-missing = L’intendance n’a pas encore rempli cette page.
legal-needed = Avant que ce nœud ne publie, l’intendance doit remplir les mentions légales, la confidentialité et le contact.
legal-fill = Les remplir
privacy-title = Confidentialité
privacy-lede = Ce que ce nœud garde sur vous, pourquoi et combien de temps.
privacy-visitors = Visiteurs : aucun pistage, aucune publicité, aucun tiers. Un cookie retient votre langue si vous la choisissez, un autre protège les formulaires.
privacy-members = Membres : un nom, une adresse électronique jamais affichée, et ce qu’ils écrivent.
privacy-federation = Ce qui est publié pour tous est envoyé à d’autres nœuds, qui en gardent copie. Quand cela change ou est retiré, ils en sont avertis ; nous ne pouvons pas les contraindre.
privacy-rights = Vous pouvez demander à voir, corriger ou effacer ce qui vous concerne : écrivez-nous.
privacy-text = Texte sur la confidentialité
contact-title = Contact
contact-lede = Pour joindre les personnes qui s’occupent de ce nœud.
contact-email = Adresse électronique
contact-stewards = Intendance
about-see-network = Notre page
about-no-summary = Le réseau ne s’est pas encore présenté :
about-source-ask = Le source de cette version même est à vous sur demande : écrivez à l’intendance.
legal-lede = Qui publie ce nœud, et qui l’héberge.
privacy-program = Ce que fait le programme
contact-fediverse = Depuis un autre nœud, ce réseau se trouve à l’adresse :

## Search

search-title = Recherche
search-label = Rechercher sur ce nœud
search-placeholder = Rechercher…
search-button = Rechercher
search-results = Résultats pour « { $query } »
search-count = { $count ->
    [0] Aucun résultat
    [one] Un résultat
   *[other] { $count } résultats
}
search-empty-title = Rien trouvé
search-empty-text = Essayez moins de mots, ou d’autres. Les accents et les terminaisons ne comptent pas : « energie » trouve aussi « énergies ».
search-lede = Dans tout ce que ce nœud contient : ses publications et celles des réseaux qu’il suit.
search-sort = Ordre
search-try-everywhere = Chercher dans tous les types
search-words = Mots

## Errors: what happened, and what to do now

error-400 = Nous n’avons pas pu lire cette demande
error-400-hint = Quelque chose dans l’adresse ou le formulaire n’est pas comme il faut. Revenez en arrière, rechargez la page et réessayez.
error-401 = Merci de vous connecter
error-401-hint = Cette page est réservée aux membres. Connectez-vous et vous reviendrez ici.
error-403 = Cela ne vous revient pas
error-403-hint = Votre rôle ne le permet pas. L’intendance de ce nœud peut le faire, ou changer votre rôle.
error-404 = Il n’y a rien ici
error-404-hint = L’adresse est peut-être mal recopiée, ou la page ne vous est pas ouverte. Si vous êtes membre, connectez-vous et réessayez.
error-405 = Cette page ne s’utilise pas ainsi
error-405-hint = Revenez en arrière et utilisez les boutons de la page.
error-409 = Quelqu’un a été plus rapide
error-409-hint = Cela a changé entre-temps. Rien n’a été écrasé : revenez en arrière, rechargez, et recommencez si c’est encore utile.
error-410 = Ceci a été retiré
error-410-hint = Son producteur l’a repris. D’autres publications sur le sujet vous aideront peut-être.
error-413 = C’est trop lourd
error-413-hint = Envoyez un fichier plus petit, ou un texte plus court.
error-415 = Nous ne lisons pas ce type de fichier
error-415-hint = Envoyez-le dans un autre format.
error-422 = Certaines réponses sont à revoir
error-422-hint = Revenez au formulaire : ce que vous avez écrit y est encore.
error-429 = Un peu moins vite, s’il vous plaît
error-429-hint = Il y a eu trop d’essais en peu de temps. Rien n’est perdu : attendez un moment, puis réessayez.
error-500 = Quelque chose s’est cassé chez nous
error-500-hint = Ce n’est pas de votre faute. C’est noté pour l’intendance. Réessayez dans un moment.
error-502 = Un autre nœud n’a pas répondu
error-502-hint = Nous avons interrogé un autre nœud sans réponse utilisable. Réessayez plus tard.
error-503 = Nous sommes occupés un instant
error-503-hint = Le nœud démarre, s’arrête ou est très sollicité. Réessayez bientôt.
error-form-expired = Ce formulaire a trop attendu
error-form-expired-hint = Pour votre sécurité, un formulaire ne vaut que pour une session. Revenez en arrière, copiez ce que vous avez écrit, rechargez la page et envoyez-le de nouveau.
error-wait = { $seconds ->
    [one] Réessayez dans une seconde.
   *[other] Réessayez dans { $seconds } secondes.
}
error-go-home = Aller à l’accueil
error-try-again = Réessayer
error-code = Erreur { $status }
error-tell-us = prévenir l’intendance

## The component page, in development

design-title = Éléments de design
design-lede = Toutes les pièces dont les pages sont faites, dans votre langue et vos couleurs.
design-type = Mots
design-colours = Couleurs
design-buttons = Boutons
design-badges = Étiquettes
design-notices = Avis
design-cards = Cartes
design-lists = Listes et faits
design-forms = Formulaires
design-navigation = S’orienter
design-icons = Icônes
design-reading = Un texte à lire
design-sample-name = Une rue sans voitures à l’heure de l’école
design-sample-summary = Deux fois par jour pendant vingt minutes, des parents ferment la rue avec deux barrières peintes. Après un trimestre, la moitié des enfants viennent à pied.
design-sample-event = Visite des vergers partagés
design-sample-paper = Qui décide quand tout le monde participe ?
design-sample-paragraph = Une transition n’est pas un plan que l’on exécute ; c’est une conversation qui tient. Ce qui dure, c’est ce que chacun peut reprendre avec ses mots, sur son terrain, avec ses propres erreurs.
design-sample-quote = Nous n’avons pas demandé la permission de balayer notre propre rue.

# Blocked hosts

blocks-title = Nœuds bloqués
blocks-lede = Les nœuds avec lesquels le nôtre ne parle pas. On bloque ce qui nuit : harcèlement, publicité, mensonges sur l’identité. Pour ce qui ne nous intéresse pas, mettre fin à l’abonnement suffit.
blocks-empty-title = Le nôtre parle avec tout le monde
blocks-empty-text = Quand un autre nœud fait du tort, nommez-le ci-dessus.
blocks-count = { $count ->
    [one] Un nœud bloqué
   *[other] { $count } nœuds bloqués
}
blocks-host = Nœud
blocks-host-hint = Son nom, par exemple evil.example, ou l’adresse d’une page ou d’une personne de là-bas. Tous ses sous-domaines sont concernés.
blocks-reason = Pourquoi
blocks-reason-hint = Pour l’intendance, aujourd’hui et dans deux ans. Personne d’autre ne le lit.
blocks-next = Voir ce qui se passerait
blocks-will-title = Si vous bloquez { $host }
blocks-will-silence = Rien de ce qui en vient n’entre plus, même par l’intermédiaire d’autres nœuds ; on ne lui demande plus rien ; on ne lui envoie plus rien, et ce qui l’attendait est abandonné.
blocks-will-hide = { $count ->
    [0] Aucune publication d’ici n’en vient.
    [one] Une publication qui en vient disparaît de toutes les pages, listes et recherches. Elle est gardée et revient si le blocage prend fin.
   *[other] { $count } publications qui en viennent disparaissent de toutes les pages, listes et recherches. Elles sont gardées et reviennent si le blocage prend fin.
}
blocks-will-end = { $count ->
    [0] Aucun abonnement ne prend fin : personne là-bas ne suit le nôtre ni n’est suivi.
    [one] Un abonnement prend fin, définitivement.
   *[other] { $count } abonnements prennent fin, dans les deux sens et définitivement.
}
blocks-will-not-tell = Ils n’en sont pas informés ; leurs demandes reçoivent la réponse 403. Ce qu’ils ont reçu avant reste chez eux : nous ne pouvons pas le reprendre.
blocks-do = Bloquer { $host }
blocks-added = Le nœud est bloqué.
blocks-since = Depuis le { $date }, par { $name }
blocks-by-command-line = la ligne de commande
blocks-end = Mettre fin à ce blocage
blocks-end-text = Les publications cachées sont de nouveau montrées. Les abonnements restent terminés : redemandez à suivre qui vous voulez entendre.
blocks-end-do = Parler de nouveau avec { $host }
blocks-ended = Le blocage a pris fin.
issue-block-host = Ce n’est pas le nom d’un nœud. Donnez par exemple evil.example.
issue-block-self = Ce nom comprend votre propre nœud.
