"""Put shapes in order when they are read: coordinates, places, hairline gaps, slips."""
