-- The scheme in which a host was found to want requests signed: 'cavage' or 'rfc9421'; unknown at first.
ALTER TABLE host ADD COLUMN signature TEXT;
