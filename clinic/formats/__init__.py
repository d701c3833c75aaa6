"""How dates are written where a page states no way of its own: as the product's own pages write them."""
