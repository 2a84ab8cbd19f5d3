"""The verbs: one module each with one public function, typed in and out; they never import each other."""
