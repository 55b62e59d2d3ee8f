"""Letters as PDF. The only place that imports typst, which weighs 81 MB and has a layer of its own."""
