"""What web documents refer to and say of themselves: HTML, CSS, SVG, manifests, as browsers read them."""
