# Texts of the pages. One key a text, grouped by page; the same keys in every language.
# Dashes and quotation marks are typographic; in French a narrow no-break space (U+202F)
# stands before : ; ! ? and inside « ».

## The frame of every page

layout-skip = Skip to the content
layout-nav = Main navigation
layout-footer-nav = About this node
layout-menu = Menu
layout-language = Language
layout-breadcrumb = You are here
layout-dev = Development: what is written here stays on this machine.
layout-powered = Made with Atelier, free software under the AGPL
layout-source = source code
layout-waiting = { $count ->
    [one] one thing waits for you
   *[other] { $count } things wait for you
}
steps-done = (done)

## The main navigation

nav-home = Home
nav-experiences = Experiences
nav-events = Agenda
nav-papers = Papers
nav-networks = Networks
nav-following = Following
nav-write = Write
nav-my-publications = My publications
nav-members = Members
nav-settings = Settings
nav-deliveries = Deliveries
nav-blocks = Blocks
nav-steward = Stewardship
nav-agenda = Agenda
nav-followers = Followers

## What people do everywhere

action-save = Save
action-save-draft = Save as a draft
action-cancel = Cancel
action-edit = Edit
action-remove = Remove
action-delete = Delete
action-back = Back
action-continue = Continue
action-confirm = Confirm
action-copy = Copy this link
action-see-all = See all
action-more = More
action-older = Older
action-newer = Newer
action-filter = Show
action-retry = Try again now
common-all = All
common-none = None
common-yes = Yes
common-no = No
common-never = never
common-unknown = not known
common-and = and
common-new = New
common-draft = Draft
common-saved = Saved.
common-by = by { $name }
common-from = from { $network }
common-published-on = Published on { $date }
common-updated-on = Updated on { $date }
action-copy-this = Copy
action-copied = Copied

## How long ago

ago-now = just now
ago-minutes = { $count ->
    [one] a minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] an hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}
in-seconds = { $count ->
    [one] in one second
   *[other] in { $count } seconds
}
in-minutes = { $count ->
    [one] in one minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in one hour
   *[other] in { $count } hours
}
in-days = { $count ->
    [one] tomorrow
   *[other] in { $count } days
}

## Forms

form-required = (required)
form-optional = (optional)
form-error = Please look at this again:
form-colon = { ": " }
form-summary = { $count ->
    [one] One answer needs another look
   *[other] { $count } answers need another look
}
form-kept = Nothing you wrote is lost.
form-saved-at = Saved at { $time }
form-saving = Saving…
form-not-saved = Not saved yet: the connection seems to be down. Your text is still here.
form-leave = Some of your text is not saved yet.
form-characters-left = { $count } characters left
form-markdown = You can use Markdown: *italic*, **bold**, lists with dashes, [links](https://example.org).

## What may be wrong with an answer

issue-required = Please fill this in.
issue-too-long = This is too long.
issue-too-short = This is too short.
issue-email = This does not look like an e-mail address, such as name@example.org.
issue-url = This does not look like a web address, such as https://example.org.
issue-date = We could not read this date. Write it like 2026-12-05.
issue-time = We could not read this time. Write it like 14:30.
issue-end-before-start = It would end before it starts.
issue-number = Please give a number.
issue-choice = Please choose one of the answers shown.
issue-taken = This is already in use. Please choose another.
issue-handle = Use small letters, digits and _ only, for example loos_en_gohelle.
issue-password-short = Use at least 8 characters; a short sentence is best.
issue-password-common = This password is on the lists that burglars try first. Please choose another.
issue-password-differs = The two passwords are not the same.
issue-sign-in = This e-mail address and password do not go together.
issue-scope-required = Before publishing, say what the experience does not show, and where it might not work.
issue-alt-required = Describe the picture in a few words for those who cannot see it.
issue-file-type = We cannot read this sort of file. Pictures: JPEG, PNG, WebP or GIF.
issue-file-size = This file is too large.
issue-language = Please choose the language it is written in.
issue-timezone = We do not know this time zone.
issue-not-found-there = We found nothing to follow at this address.
issue-unreachable = This node does not answer just now. Try again later.
issue-already-followed = You already follow this network.
issue-own-node = This is your own network.
issue-invitation-over = This invitation has been used or is too old. Ask for a new one.
issue-last-steward = This is the last steward. Make someone else a steward first.
issue-kind = Please choose what you want to give.
issue-name = Give it a name, even a provisional one.
issue-content = The text is still empty. A few lines are enough to publish.
issue-scope-needed = To publish, say what this account covers: where, when, how many people. The Charter asks for rigour.
issue-limits-needed = To publish, say what it does not show, and where it might not work. A limit told honestly is worth as much as a result.
issue-audience = Please choose who can read it.
issue-licence = Please choose one of the licences shown.
issue-alt = Describe the picture in a few words for those who cannot see it.
issue-start-time = When does it start? Give a day and an hour.
issue-end-time = We could not read the end, or it comes before the start.
issue-degrees = This is not a place on Earth: latitude goes from -90 to 90, longitude from -180 to 180.
issue-legal-pages = This node may not publish yet: its legal notice, privacy page and contact are not filled in.
issue-email-taken = A member with this e-mail address is already here.
issue-handle-taken = This short name is already in use here. Please choose another.
issue-password-long = This password is too long: at most 256 characters.
issue-password-now = This is not your present password.
issue-target = We do not recognise an address here. Paste one like @network@example.org, or the address of a page.

## Kinds of publications

kind-experience = Experience
kind-event = Event
kind-paper = Paper
kind-contribution = Contribution
kind-experience-plural = Experiences
kind-event-plural = Events
kind-paper-plural = Papers
kind-contribution-plural = Contributions
kind-experience-hint = What a territory tried, how, with what result, and within which limits.
kind-event-hint = A day, a place, an invitation.
kind-paper-hint = A discussion paper, a tool, a method, a proposal.
field-territory = Territory
field-territory-hint = The town, valley, region… where it happened.
field-period = Period
field-period-hint = Years are enough: 2015/2020, or 2018.
field-scope = Scope
field-scope-hint = What does this account cover? Which place, which years, how many people, which sources?
field-limits = Limits
field-limits-hint = What does it not show? Where might it not work? Others will rely on what you say.
field-results = Results
field-results-hint = What can be seen or counted today, and what is too early to say.
field-lessons = Lessons
field-lessons-hint = What would you do again, and what would you do differently?
field-sources = Sources
field-sources-hint = Where the facts come from: reports, pages, people who were there. One a line, with a dash.
field-website = Page to register or to join
field-website-hint = A whole web address, such as https://example.org/meeting.

## Home

home-title = Home
home-welcome = What territories in transition give each other
home-lede = Experiences, events and papers of { $network } and of the networks it follows. Each piece names who gives it, and links to its home.
home-new-here = New here
home-new-followed = New in the networks we follow
home-upcoming = Coming soon
home-networks = Networks heard here
home-empty-title = Nothing has been published yet
home-empty-text = The first experience can be short: what was tried, and what came of it. You can add to it later.
home-empty-visitor = Come back soon, or follow this network from your own node: { $handle }
home-follow-text = Follow other networks and what they publish will appear here, with their names on it.
home-count = { $count ->
    [one] one publication
   *[other] { $count } publications
}
home-not-open-title = This node is not open yet
home-not-open-text = Whoever installed it has a link to open it: the program prints it when it starts.
card-read-at = Read at { $host }
card-copy = Copy kept here

## Banks: publications shown together

bank-experiences-title = Bank of experiences
bank-experiences-lede = What territories have tried: the context, the levers, the obstacles, the results and the limits.
bank-events-title = Agenda
bank-events-lede = Meetings, visits, workshops and training of the networks.
bank-papers-title = Papers and tools
bank-papers-lede = Discussion papers, tools, methods and proposals.
bank-filter-kind = Kind
bank-filter-network = Network
bank-filter-language = Language
bank-filter-when = When
bank-filter-here = From here
bank-filter-elsewhere = From elsewhere
bank-upcoming = Upcoming
bank-past = Past
bank-newest = Newest first
bank-best = Best match first
bank-next = Next
bank-empty-title = Nothing here yet
bank-empty-text = Nothing matches this choice. Widen it, or be the first to write.
bank-count = { $count ->
    [0] No result
    [one] One result
   *[other] { $count } results
}
bank-all-networks = All networks
bank-all-languages = All languages
bank-all-kinds = All kinds
bank-only-here = Only from this node
bank-show-all = Show everything
bank-empty-narrow = Nothing matches this choice. Widen it to see more.
bank-empty-experience = No experience has been told or received yet. The first one can be short: what was tried, and what came of it.
bank-empty-paper = No paper has been shared or received yet.
bank-empty-event = No event is announced for now.

## A publication

publication-given-by = Given by
publication-network = Network
publication-node = Node
publication-original = See the original on { $host }
publication-copy = This is a copy. The original, which alone is up to date, is kept by its producer.
publication-facts = In short
publication-published = Published
publication-updated = Updated
publication-received = Received here
publication-licence = Licence
publication-language = Language
publication-other-languages = Also in
publication-original-language = (original)
publication-audience = Who can read it
publication-credits = Credits
publication-place = Place
publication-territory = Territory
publication-scale = Scale
publication-period = Period
publication-actors = Who took part
publication-levers = What helped
publication-obstacles = What stood in the way
publication-results = Results
publication-scope = Scope and limits
publication-lessons = Lessons
publication-source = Source
publication-related = Related
publication-when = When
publication-where = Where
publication-online = Online
publication-join = Join online
publication-organiser = Organised by
publication-cancelled = Cancelled
publication-over = This event is over.
publication-revisions = History of this text
publication-revision = Version { $number }, { $date }
publication-address = Permanent address
publication-address-hint = Cite this address: it names the original, and stays.
publication-edit = Edit this publication
publication-withdraw = Withdraw this publication
publication-withdraw-text = It will disappear here, and the nodes that received it will be asked to remove their copies. We cannot force them to. A mark stays at its address to say that it was withdrawn.
publication-withdraw-button = Withdraw it
publication-withdrawn-title = This publication was withdrawn
publication-withdrawn-text = Its producer took it back on { $date }. Nothing of it is kept here.
publication-draft-notice = This is a draft: only you can see it.
publication-announced-by = Passed on by { $network }
publication-reach = Where it went
publication-reach-text = Delivered to { $done } of { $total } nodes.
publication-received-on = Received here on { $date }
period-since = since { $date }
period-until = until { $date }
publication-picture-there = See the picture at its producer’s
revision-first = This is the first version.
revision-same = The texts did not change: only dates, place, picture or licence did.
revision-text = Read this version
revision-gone = Removed:
revision-new = Added:
revision-gap = { $count ->
    [one] … one line unchanged …
   *[other] … { $count } lines unchanged …
}

## How an origin was verified

verified-title = Origin
verified-local = Written on this node
verified-local-text = Its author signed in here to write it.
verified-proof = Signed by its producer
verified-proof-text = Verified by the signature of { $name }, made on their own node, { $host }. Anyone can check this copy, even if that node disappears.
verified-origin = Received from its own node
verified-origin-text = It came directly from { $host }, where it lives, over a connection whose signature we verified. The text itself carries no signature.
verified-fetched = Read at its own address
verified-fetched-text = We read it on { $host }, at its own address, on { $date }.
verified-not = Origin not verified
verified-not-text = We could not check who wrote this. Follow the link to the original before you rely on it.
verified-checked-on = Checked on { $date }
verified-key = Key of the proof:
check-again = Check again
check-hint = We read our evidence again and ask { $host } whether it still says the same. Nothing is lost by it.
check-done = Checked. What we found is under “Origin”.
check-busy = Many are checking at this moment. Please try again in a few seconds.
check-when = Checked again on { $date }
check-evidence-proof = Our evidence holds: the text carries its producer’s signature, and it fits.
check-evidence-signature = Our evidence holds: its node signed the sending of these very words.
check-evidence-attested = Our evidence is our own word: we received it from its node, but nothing we keep is signed by its author.
check-evidence-broken = Our evidence does not hold any more. Do not rely on this copy; read the original.
check-answer-same = { $host } still said the same.
check-answer-newer = { $host } had a newer text. You are reading it now.
check-answer-different = { $host } showed other words, without saying that they are newer. We keep what we received.
check-answer-gone = { $host } said that it was taken away there. We keep our copy until its author’s withdrawal reaches us.
check-answer-missing = { $host } showed nothing at its address, or not to us.
check-answer-silent = { $host } could not be reached, or gave no answer that can be believed. Our evidence does not depend on it.
evidence-summary = Take the evidence along
evidence-text = One file holds the words as we received them, who signed them, and every key we have seen its producer use. Anybody can check it without asking us or them, even years later, when keys have changed or nodes have gone.
evidence-own-text = One file holds the words as this node gives them out, with its signature. Anybody can check it without asking us, even when this node no longer exists.
evidence-download = Download the evidence (JSON)
evidence-command = To check it, with this program:

## Licences

licence-cc-by-sa-4 = Creative Commons Attribution – Share Alike 4.0
licence-cc-by-sa-4-hint = Others may use and adapt it if they name you and share the result in the same way.
licence-cc-by-4 = Creative Commons Attribution 4.0
licence-cc-by-4-hint = Others may use and adapt it if they name you.
licence-cc0-1 = Creative Commons Zero (public domain)
licence-cc0-1-hint = Anyone may do anything with it.
licence-cc-by-nc-sa-4 = Creative Commons Attribution – Non Commercial – Share Alike 4.0
licence-cc-by-nc-sa-4-hint = As Share Alike, but not to make money. Some Allies will not be able to use it.
licence-cc-by-nd-4 = Creative Commons Attribution – No Derivatives 4.0
licence-cc-by-nd-4-hint = Others may pass it on unchanged if they name you.
licence-all-rights = All rights reserved
licence-all-rights-hint = Others may read it and quote it, nothing more.
licence-none = Licence not stated: ask before using it
licence-other = Other licence
licence-etalab-2 = Open Licence (Etalab) 2.0
licence-etalab-2-hint = Others may use and adapt it if they name you and say how old it is.

## Who can read something

audience-public = Everyone
audience-public-hint = Anyone can read it, and it goes to every network that follows ours.
audience-followers = Networks that follow us
audience-followers-hint = Members of our network and of those whose request to follow us we accepted.
audience-members = Members of this node
audience-members-hint = Only people who sign in here. It never leaves this node.

## Roles of members

role-steward = Steward
role-steward-hint = Looks after the node: members, networks followed, settings.
role-editor = Editor
role-editor-hint = Publishes, and may edit or withdraw what others of this network published.
role-member = Member
role-member-hint = Writes and publishes in their own name.

## Territory scales

scale-neighbourhood = Neighbourhood
scale-municipality = Municipality
scale-intermunicipality = Group of municipalities
scale-region = Region
scale-nation = Nation
scale-continent = Continent
scale-world = World

## Languages of texts

language-en = English
language-fr = French
language-es = Spanish
language-pt = Portuguese
language-de = German
language-it = Italian
language-nl = Dutch
language-ar = Arabic
language-zh = Chinese
language-wo = Wolof
language-other = Another language

## Writing

write-title = Write
write-lede = Choose what you want to give. Only a name is needed to start: the rest can wait.
write-experience-title = Tell an experience
write-event-title = Announce an event
write-paper-title = Share a paper
write-edit-title = Edit “{ $name }”
write-drafts-title = My drafts
write-drafts-empty = You have no draft.
write-draft-saved = Your draft is saved. Only you can see it.
write-draft-delete = Delete this draft
write-draft-delete-text = The draft will be lost for good.
write-name = Name
write-name-hint = What would make a neighbour want to read it?
write-summary = Summary
write-summary-hint = Two or three sentences, for those who only have a minute.
write-content = Text
write-content-hint = Write as you would tell it. Leave an empty line between paragraphs; start a line with ## for a heading and with - for a list.
write-language = Language of the text
write-licence = Licence
write-licence-hint = What others may do with it. It travels with every copy.
write-audience = Who can read it?
write-territory = Territory
write-territory-hint = The town, valley, region… where it happened.
write-scale = Scale
write-period = Period
write-period-hint = For example: since 2015, or 2018–2021.
write-actors = Who took part?
write-actors-hint = Inhabitants, associations, firms, elected people, researchers…
write-levers = What helped?
write-obstacles = What stood in the way?
write-results = What came of it?
write-results-hint = What can be seen or counted today, and what is too early to say.
write-scope = Scope and limits
write-scope-hint = What does this experience not show? Where might it not work? The Charter asks for rigour: others will rely on what you say, and a limit told honestly is worth as much as a result. It is needed to publish, not to save a draft.
write-lessons = What did you learn?
write-source = Source
write-source-hint = Where the facts come from: a report, a page, people who were there.
write-start = Starts
write-end = Ends
write-timezone = Time zone
write-timezone-hint = Where the event takes place, for example Europe/Paris.
write-place = Place
write-place-hint = Name and address, as you would tell a visitor.
write-online = Link to take part online
write-pictures = Pictures
write-picture = Picture
write-picture-hint = JPEG, PNG, WebP or GIF, up to { $size }. The place where it was taken is removed from the file.
write-picture-alt = What does the picture show?
write-picture-alt-hint = A sentence for those who cannot see it.
write-picture-add = Add a picture
write-part-core = The essential
write-part-story = The story
write-part-rigour = With rigour
write-part-practical = In practice
write-part-sharing = Sharing
write-preview = Preview
write-conflict-title = Someone changed this text while you were writing
write-conflict-text = Nothing was overwritten. Here are both texts: keep what you need, then save.
write-conflict-yours = Your text
write-conflict-theirs = The text as it is now
write-conflict-changes = What differs, from their text to yours
write-draft-kept = saved { $ago }
write-draft-nameless = (no name yet)
write-draft-discarded = The draft is deleted.
write-edit-kept = You began to edit this: here is your text where you left it. It is not published yet.
write-audience-stays = It cannot change after publication: those who hold a copy cannot be made to forget it.
write-content-needed = Needed to publish, not to save a draft.
write-markdown = How to lay out the text
write-needed = (to publish)
write-part-rigour-hint = The Charter asks an experience for its scope and its limits. They are needed to publish, not to save a draft.
write-part-when = When and where
write-place-name = Name of the place
write-place-street = Street and number
write-place-postcode = Postal code
write-place-locality = Town
write-place-region = Region
write-place-country = Country
write-place-map = Position on a map
write-place-map-hint = In degrees, such as 50.457 and 2.793. You may leave this empty.
write-latitude = Latitude (north)
write-longitude = Longitude (east)
write-picture-remove = Remove this picture

## Preview, before sending

preview-title = Before it goes out
preview-lede = This is how it will look. Read it once more.
preview-who = Who will receive it
preview-public = Everyone can read it on this page.
preview-networks = { $count ->
    [0] No one follows us yet: it stays on this node until someone does.
    [one] It will be sent to one node that follows us.
   *[other] It will be sent to { $count } nodes that follow us.
}
preview-members = Only members of this node will see it. It will not be sent anywhere.
preview-recall = You can edit or withdraw it later, and the others will be told. But a copy already received may stay: a recall may be ignored elsewhere.
preview-publish = Publish
preview-update = Publish this new version
preview-back = Go on writing
preview-published = Published. It is on its way to those who follow us.
preview-withdrawn = Withdrawn. The nodes that received it are being told. Its text is back among its author’s drafts.
preview-updated = The new version is published. Those who received the first one are being told.
preview-changed = Your text changed in another window: read it once more.
preview-more-nodes = and { $count } more

## A network

network-title = Networks
network-lede = The networks heard on this node. Each has its own node, its own words and its own face.
network-address = Address to follow
network-address-hint = Paste it on your own node to receive what this network publishes.
network-visit = Visit this network on { $host }
network-here = The network of this node
network-since = Heard since { $date }
network-publications = What it published
network-members = Members
network-about = About this network
network-territory = Territory
network-website = Website
network-followers = { $count ->
    [0] no follower yet
    [one] one follower
   *[other] { $count } followers
}
network-follow = Follow this network
network-unfollow = Stop following
network-unfollow-text = You will not receive what it publishes any more. What you already received stays, and still links to its home.
network-none = No network is heard here yet
network-none-text = The networks whose publications reach this node will be listed here.
network-follows = { $count ->
    [0] follows no network yet
    [one] follows one network
   *[other] follows { $count } networks
}
actor-visit = Visit this page on { $host }
actor-copy = This is what our node knows of them. Their own page, which alone is up to date, is on their node.
actor-gone = This actor has left its node. What we received stays here, under its name.
actor-read = Last read on its node
actor-since = Here since
actor-known-since = Known here since

## A member's page

member-publications = Publications of { $name }
member-empty = { $name } has not published anything yet.
member-of = Member of { $network }
member-since = Member since { $date }
member-edit = Edit my page
member-address = Address
member-was-of = Was a member of { $network }

## Following

following-title = Networks we follow
following-lede = What they publish appears here, under their name, with a link to its home.
following-follow = Follow a network
following-target = Address of the network
following-target-hint = Any address works: @network@example.org, its page, or the page of something it published.
following-submit = Follow
following-empty-title = You do not follow any network yet
following-empty-text = Ask another network for its address and paste it above. You will first receive what it published in the past, then everything new.
following-asked = We asked { $name } to follow it. You will see the answer here.
following-state-pending = Waiting for an answer
following-state-accepted = Followed
following-state-rejected = Refused
following-state-pending-hint = Its node has our request. It may need a person to accept it.
following-state-rejected-hint = This network did not accept our request. Write to them to ask why.
following-backfill = Receiving its history: { $done } of { $total }
following-backfill-counting = Receiving its history: { $done } so far
following-backfill-done = All its history is here ({ $count })
following-last-received = Last received
following-nothing-received = Nothing received yet
following-since = Followed since { $date }
following-unfollowed = You do not follow { $name } any more.
following-title-one = Following
following-not = Our network does not follow this address.
following-state-looking = Looking it up
following-state-failed = Not found
following-state-looking-hint = We are asking the node at this address who lives there.
following-state-failed-hint = The node at this address did not answer as we expected. Check the address, or try again later.
following-said-looking = The other node has not answered yet. Its answer will appear here.
following-said-pending = We asked to follow this network. Its answer will appear here.
following-said-accepted = We follow this network now. Its history is on its way.
following-said-failed = We found nobody to follow at this address. The reason stands below.
following-ended = We do not follow this address any more.
following-end = Stop following { $name }
following-try-again = Try again
following-forget = Take off the list
following-last-heard = Last heard
following-backfill-failed = Its history stopped after { $count } items; it will be read again by itself.
following-refreshing = Something is under way: this page renews itself every few seconds.
following-another = Stop that, and follow another network
following-still = Stop that
following-none = This network does not follow another one yet
following-none-text = Those that it follows will be named here.
interaction-title = Follow from home
interaction-actor = Our node knows this actor already.
interaction-publication = This publication is already here:
interaction-unknown = Our node does not know this address yet. It will be looked up when a steward follows it.
interaction-steward = Networks are followed by the stewards of this node: give them this address.

## Followers

followers-title = Who follows us
followers-lede = These actors receive what we publish. Their nodes keep copies that link to us.
followers-empty-title = No one follows us yet
followers-empty-text = Give your address to other networks: { $handle }
followers-requests = Requests to follow us
followers-accept = Accept
followers-refuse = Refuse
followers-remove = Remove this follower
followers-since = Follows us since { $date }
followers-asked = Asked on { $date }
followers-silent = Silent for now
followers-by-hand = Each request waits for a steward.
followers-by-itself = Requests are accepted at once.
followers-accepted = They follow us now, and are being told.
followers-refused = They do not follow us, and are being told.
followers-remove-text = They will not receive what we publish any more. What they received stays with them.
followers-this-one = Follows our network.

## Deliveries, for stewards

deliveries-title = Deliveries
deliveries-lede = What we owe to other nodes, node by node. Nothing is given up before thirty days.
deliveries-node = Node
deliveries-software = Software
deliveries-waiting = Waiting
deliveries-done = Delivered
deliveries-refused = Refused
deliveries-last-success = Last success
deliveries-next-try = Next try
deliveries-last-answer = Last answer
deliveries-state-well = Well
deliveries-state-slow = Slow
deliveries-state-silent = Silent since { $date }
deliveries-state-gone = Gone
deliveries-retry = Try this node again now
deliveries-all-done = Everything has been delivered.
deliveries-count = { $count ->
    [0] no delivery waits
    [one] one delivery waits
   *[other] { $count } deliveries wait
}
deliveries-hosts = Nodes
deliveries-newest = Newest deliveries
deliveries-state = State
deliveries-jobs = Jobs in the queue
deliveries-given-up = Given up
deliveries-given-up-hint = Some jobs were given up after many tries. The log says why.
deliveries-refused-here = Refused at our door
deliveries-refusals = What we refused
deliveries-refusals-hint = Activities that came in and did not hold, since the program started, by reason.
deliveries-reason = Reason
deliveries-unknown = What we do not understand
deliveries-unknown-hint = Activities and objects of sorts that this program does not know, since it started. They have no effect; nobody has to do anything.
deliveries-name = Sort
deliveries-times = Times
deliveries-failures = { $count ->
    [one] one failure in a row
   *[other] { $count } failures in a row
}
deliveries-no-host = We have not spoken with another node yet.
deliveries-none = No delivery here.
deliveries-tried = This node is being tried again.
deliveries-what = What
deliveries-what-create = New publication
deliveries-what-update = Change
deliveries-what-delete = Withdrawal
deliveries-what-announce = Passed on
deliveries-what-follow = Request to follow
deliveries-what-accept = Yes to a follower
deliveries-what-reject = No to a follower
deliveries-what-undo = Taken back
deliveries-to = To
deliveries-tries = Tries
deliveries-since = Since
deliveries-is-waiting = Waiting
deliveries-is-delivered = Delivered
deliveries-is-refused = Refused
deliveries-is-gone = Gone
deliveries-is-expired = Given up
reach-which = Which nodes?

## Members and invitations

members-title = Members
members-lede = The people who sign in on this node.
members-name = Name
members-email = E-mail address
members-role = Role
members-last-seen = Last seen
members-change-role = Change the role
members-remove = Remove { $name }
members-remove-text = They will not be able to sign in any more. What they published stays, under their name.
members-removed = { $name } can no longer sign in.
members-role-changed = { $name } is now: { $role }
members-count = { $count ->
    [one] One member
   *[other] { $count } members
}
invitation-title = Invitations
invitation-new = Invite someone
invitation-new-hint = You get a link to send them yourself. It works once, for { $days } days.
invitation-for = Who is it for?
invitation-for-hint = A name, for your own memory.
invitation-create = Make the link
invitation-link = Send them this link. It will not be shown again.
invitation-open = Waiting until { $date }
invitation-used = Accepted by { $name }
invitation-revoke = Take back
invitation-accept-title = Welcome to { $network }
invitation-accept-lede = { $name } invites you to write here. Choose how you will sign in.
invitation-accept = Join
members-role-saved = The role is changed.
members-removed-said = This person can no longer sign in.
invitation-link-hint = It works once, for { $days } days. Whoever holds it can join: send it to one person only.
invitation-revoked = The invitation is taken back.
invitation-unnamed = Without a name
invitation-by = from { $name }
join-title = Invitation
join-role = Your role
join-done = Welcome. This page is yours: say a few words about yourself.
join-handle-hint = Part of your address, { $address }. Left empty, it is made from your name. It cannot be changed later.
join-password-again-hint = To be sure that it was typed as you meant.

## Signing in and out

sign-in = Sign in
sign-out = Sign out
sign-in-title = Sign in
sign-in-lede = For members of { $network }.
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in
sign-in-needed = Sign in to go on.
sign-in-forgotten = Forgotten? A steward of this node can give you a new password.
sign-in-no-membership = Not a member yet? Members are invited: write to { $network } through the contact page.
sign-in-welcome = Good to see you, { $name }.
sign-out-done = You are signed out. See you soon.
sign-in-wait = { $minutes ->
    [one] There were too many tries. Come back in one minute.
   *[other] There were too many tries. Come back in { $minutes } minutes.
}

## The first start

setup-title = Open this node
setup-lede = A few questions, once. Then this node is your network’s home.
setup-domain = Domain
setup-domain-text = This node lives at { $domain }. That is permanent: every publication carries this address, and no copy elsewhere could follow a move. A sub-domain of its own, such as atelier.your-network.org, leaves your website free.
setup-domain-confirm = Yes, this is the address we will keep
setup-network = Your network
setup-network-name = Name of the network
setup-network-name-hint = As people say it. You can change it later.
setup-handle = Short name
setup-handle-hint = Part of your address: @short_name@{ $domain }. It cannot be changed later.
setup-tagline = In one line
setup-tagline-hint = Who you are and where, for those who do not know you.
setup-language = Main language
setup-steward = You, the first steward
setup-name = Your name
setup-name-hint = The name that stands beside what you publish.
setup-member-handle = Your short name
setup-email = Your e-mail address
setup-email-hint = To sign in. It is never shown.
setup-password = Choose a password
setup-password-hint = At least 8 characters. A short sentence is strong and easy to remember.
setup-password-again = The same password again
setup-submit = Open the node
setup-done = Your node is open. Welcome, { $name }.
setup-next-title = To begin
setup-next-legal = Fill in the legal notice, the privacy page and the contact: they are needed before anything is published.
setup-next-follow = Follow a first network
setup-next-invite = Invite members
setup-next-write = Tell a first experience
setup-link-over = This set-up link has been used or is too old. Restart the node to get a new one.
setup-address = Your address, for good
setup-address-will-be = Others will follow you at:
setup-handle-sample = short_name
setup-permanent = To take another domain, stop here, change the configuration and start the node again. The short name cannot change either.
setup-language-hint = For visitors whose browser asks for none of ours.
setup-opened = Your node is open. Welcome!
setup-waiting-title = This node is waiting for its network
setup-waiting-lede = It runs, and nobody has opened it yet. Whoever installed it holds a set-up link.
setup-waiting-how = If you installed it
setup-waiting-1 = Look at what the program wrote when it started: the set-up link stands there.
setup-waiting-2 = Open it in your browser and answer a few questions.
setup-waiting-3 = If you lost it, start the node again to get a new one, or found the network from the command line:
setup-waiting-visitor = If you came to visit: please come back later.

## Settings

settings-title = Settings
settings-mine = My page
settings-name = Name
settings-summary = About me
settings-summary-hint = A few words that others will read on your page.
settings-language = Language of the pages
settings-timezone = Time zone
settings-password = Password
settings-password-now = Your present password
settings-password-new = New password
settings-password-changed = Your password is changed. Other devices have been signed out.
settings-sessions = Where you are signed in
settings-session-here = This device
settings-session-end = Sign this device out
settings-sessions-end-all = Sign out everywhere else
settings-tokens = Tokens for programs
settings-network = The network
settings-network-name = Name of the network
settings-network-tagline = In one line
settings-network-summary = About the network
settings-licence = Usual licence
settings-licence-hint = Proposed for each new publication; its author may choose another.
settings-texts = Legal notice, privacy, contact
settings-saved = Your settings are saved.
account-title = My page and settings
account-see-page = See my page
account-saved = Your page is saved.
account-aside = You on this node
account-links = Go to
account-password-hint = A new password signs your other devices out and revokes your tokens.
account-password-submit = Change the password
token-lede = A token lets a program write here in your name, without your password.
token-name = What is it for?
token-name-hint = For example: our website.
token-create = Make a token
token-made = Here is the token for “{ $name }”. It will not be shown again.
token-made-hint = The program sends it with each request:
token-since = Made on { $date }
token-used = used { $ago }
token-unused = never used
token-revoke = Revoke this token
token-revoke-text = The program that uses it will be refused from now on.
token-revoked = The token is revoked.
settings-see-about = See the public page
settings-presentation = How the network presents itself
settings-publishing = Publishing and being followed
settings-network-summary-hint = Who you are, where, and what you share. It stands on your page here and travels to those who follow you.
settings-address = Your address, which does not change:
settings-timezone-hint = Proposed for new events. For example Europe/Paris.
settings-approve = A steward accepts each follower
settings-approve-hint = Otherwise every network that asks follows you at once. Those already accepted stay.
settings-texts-hint = The law asks for them, and a node open to the public publishes nothing before all three are written.
settings-legal-hint = Who publishes this node, who directs the publication, and who hosts it.
settings-privacy-hint = What you keep about people, why and for how long. What the program itself does is said below your text.
settings-contact-hint = How to reach a person: an e-mail address, a postal address.
settings-outline = An outline to start from
settings-outline-hint = Replace what stands in brackets. It is no legal advice.
settings-outline-use = Put it in the field
settings-legal-outline =
    ## Publisher
    (Legal name), (legal form), (postal address), (registration number).
    Director of the publication: (name).

    ## Host
    (Name), (postal address), (telephone).

    ## Rights
    Each publication carries its own licence. Copies of other networks’ publications are theirs: their page says which.
settings-privacy-outline =
    ## Who is responsible
    (Legal name), (how to reach you).

    ## What we keep
    Of members: the name they give, their e-mail address to sign in, what they write. Until they leave; what they published stays under their name unless they withdraw it.
    Of visitors: the log of requests, for (number) days, to keep the node safe.

    ## Your rights
    You may ask to see, correct or erase what concerns you: write to (address). You may complain to (authority).
settings-contact-outline =
    Write to us: (address@example.org)

    By post: (postal address)

    To report something published here, give its address and say what is wrong. We answer within (number) days.

## About, legal notice, privacy, contact

about-title = About
about-lede = { $network } keeps its own node and shares it with the networks of the Alliance.
about-how-title = How it works
about-how-text = Every network keeps what it gives at home, on its own node. Nodes send what they publish to those who follow them. Every copy names its producer, links back to the original and carries its licence.
about-no-one-above = No node stands above another.
about-figures = This node in figures
about-follow-title = Follow us
about-follow-text = From an Atelier node, Mastodon, Mobilizon or any program of the fediverse, look for { $handle }.
about-software = The software
about-software-text = This node runs Atelier { $version }, free software under the GNU Affero General Public License, version 3 or later. You may read, use, change and share it.
about-source = Get the source code
legal-title = Legal notice
legal-publisher = Who publishes this node
legal-publisher-hint = The legal name and address of the body responsible, and who directs the publication.
legal-host = Who hosts it
legal-host-hint = Name, address and telephone of the host.
legal-missing = The stewards have not filled in this page yet.
legal-needed = Before this node publishes, a steward must fill in the legal notice, the privacy page and the contact.
legal-fill = Fill them in
privacy-title = Privacy
privacy-lede = What this node keeps about you, why, and for how long.
privacy-visitors = Visitors: no tracking, no advertising, no third party. A cookie keeps your language if you choose one, and another protects forms.
privacy-members = Members: a name, an e-mail address that is never shown, and what they write.
privacy-federation = What is published for everyone is sent to other nodes, which keep copies. When it is changed or withdrawn they are told; we cannot force them to obey.
privacy-rights = You may ask to see, correct or erase what concerns you: write to us.
privacy-text = Privacy text
contact-title = Contact
contact-lede = To reach the people who look after this node.
contact-email = E-mail address
contact-stewards = Stewards
about-see-network = Our page
about-no-summary = The network has not presented itself yet:
about-source-ask = The source of this very version is yours on request: write to the stewards.
legal-lede = Who publishes this node, and who hosts it.
privacy-program = What the program does
contact-fediverse = From another node, this network is found at:

## Search

search-title = Search
search-label = Search this node
search-placeholder = Search…
search-button = Search
search-results = Results for “{ $query }”
search-count = { $count ->
    [0] No result
    [one] One result
   *[other] { $count } results
}
search-empty-title = Nothing found
search-empty-text = Try fewer or other words. Accents and endings do not matter: “energy” also finds “energies”.
search-lede = In everything this node holds: its own publications and those of the networks it follows.
search-sort = Order
search-try-everywhere = Search all kinds
search-words = Words

## Errors: what happened, and what to do now

error-400 = We could not read this request
error-400-hint = Something in the address or in the form is not as it should be. Go back, reload the page and try again.
error-401 = Please sign in
error-401-hint = This page is for members. Sign in, and you will come back here.
error-403 = This is not yours to do
error-403-hint = Your role does not allow it. A steward of this node can do it, or change your role.
error-404 = There is nothing here
error-404-hint = The address may be mistyped, or the page is not open to you. If you are a member, sign in and try again.
error-405 = This page cannot be used that way
error-405-hint = Go back and use the buttons of the page.
error-409 = Someone was faster
error-409-hint = It changed while you were at it. Nothing was overwritten: go back, reload, and do it again if it is still needed.
error-410 = This was withdrawn
error-410-hint = Its producer took it back. Other publications on the subject may help you.
error-413 = This is too large
error-413-hint = Send a smaller file, or a shorter text.
error-415 = We do not read this sort of file
error-415-hint = Send it in another format.
error-422 = Some answers need another look
error-422-hint = Go back to the form: what you wrote is still there.
error-429 = A little slower, please
error-429-hint = There were too many tries in a short time. Nothing is lost: wait a moment, then try again.
error-500 = Something broke on our side
error-500-hint = It is not your fault. It has been noted for the stewards. Try again in a moment.
error-502 = Another node did not answer
error-502-hint = We asked another node and got no usable answer. Try again later.
error-503 = We are busy for a moment
error-503-hint = The node is starting, stopping or very busy. Try again shortly.
error-form-expired = This form waited too long
error-form-expired-hint = For your safety a form is valid for one session only. Go back, copy what you wrote, reload the page and send it again.
error-wait = { $seconds ->
    [one] Try again in one second.
   *[other] Try again in { $seconds } seconds.
}
error-go-home = Go to the home page
error-try-again = Try again
error-code = Error { $status }
error-tell-us = tell the stewards

## The component page, in development

design-title = Design kit
design-lede = Every piece the pages are made of, in the language and colours you use.
design-type = Words
design-colours = Colours
design-buttons = Buttons
design-badges = Badges
design-notices = Notices
design-cards = Cards
design-lists = Lists and facts
design-forms = Forms
design-navigation = Finding one’s way
design-icons = Icons
design-reading = A text to read
design-sample-name = A street without cars at school time
design-sample-summary = Twice a day for twenty minutes, parents close the street with two painted barriers. After a term, half of the children walk.
design-sample-event = Visit of the shared orchards
design-sample-paper = Who decides when everyone takes part?
design-sample-paragraph = A transition is not a plan that is carried out; it is a conversation that holds. What lasts is what people can take up again in their own words, on their own ground, with their own mistakes.
design-sample-quote = We did not ask for permission to sweep our own street.

# Blocked hosts

blocks-title = Blocked nodes
blocks-lede = Nodes that ours does not speak with. A block is for what hurts: harassment, advertisements, lies about who somebody is. For what merely does not interest us, ending the follow is enough.
blocks-empty-title = Ours speaks with everybody
blocks-empty-text = When another node does harm, name it above.
blocks-count = { $count ->
    [one] One blocked node
   *[other] { $count } blocked nodes
}
blocks-host = Node
blocks-host-hint = Its name, for example evil.example, or the address of a page or of somebody there. All its sub-domains are meant too.
blocks-reason = Why
blocks-reason-hint = For the other stewards, today and in two years. Nobody else reads it.
blocks-next = See what would happen
blocks-will-title = If you block { $host }
blocks-will-silence = Nothing that comes from there is taken in, also not through others; nothing is asked of it; nothing is sent to it, and what waits for it is dropped.
blocks-will-hide = { $count ->
    [0] No publication here comes from there.
    [one] One publication that comes from there disappears from every page, list and search. It is kept, and comes back if the block ends.
   *[other] { $count } publications that come from there disappear from every page, list and search. They are kept, and come back if the block ends.
}
blocks-will-end = { $count ->
    [0] No follow ends: nobody there follows ours or is followed.
    [one] One follow ends, for good.
   *[other] { $count } follows end, in both directions and for good.
}
blocks-will-not-tell = They are not told; their requests are answered with 403. What they received before stays with them: we cannot take it back.
blocks-do = Block { $host }
blocks-added = The node is blocked.
blocks-since = Since { $date }, by { $name }
blocks-by-command-line = the command line
blocks-end = End this block
blocks-end-text = Publications that were hidden are shown again. Follows stay ended: ask again whom you want to hear.
blocks-end-do = Speak with { $host } again
blocks-ended = The block has ended.
issue-block-host = This is not the name of a node. Give for example evil.example.
issue-block-self = This name includes your own node.
