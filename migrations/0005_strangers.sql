-- Whether anything refers to an actor is asked for many at once, when those are forgotten that nothing does.
CREATE INDEX publication_of_author ON publication (author_id);
CREATE INDEX publication_of_network ON publication (network_id);
CREATE INDEX announce_by_actor ON announce (actor_id);
CREATE INDEX inbound_waiting ON inbound (actor_uri) WHERE processed_at IS NULL;
