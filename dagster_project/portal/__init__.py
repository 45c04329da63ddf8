"""The portal: a static site about one published version, for whoever looks instead of asking. `site` writes it, `pages` say what is on it."""
