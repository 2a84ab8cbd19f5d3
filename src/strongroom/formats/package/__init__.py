"""An information package as a whole: whether its documents are right and agree with each other."""
