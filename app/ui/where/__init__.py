"""Where in a picture a label was seen: asked in the background, laid over any picture."""
