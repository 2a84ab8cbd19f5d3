"""HTTP as observed on the wire, and the manners of asking: guard, robots, politeness, frontier, journal."""
