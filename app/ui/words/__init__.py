"""The words in a picture: asked for in the background, for inspector, viewer and grid."""
