"""The page in the browser: routes, who may ask, and who hears what."""
