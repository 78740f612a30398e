"""Lines to try, below every command's --help."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "train": ("train circles", "train my.csv --target price --missing drop --holes k.A."),
    "predict": ("predict runs/circles-1.chainrule rows.csv --output answers.csv",),
    "resume": ("resume runs/circles-1.chainrule --epochs 500",),
    "plot": (
        "plot runs/circles-1.chainrule", "plot runs/circles-1.chainrule runs/moons-1.chainrule",
    ),
    "export": ("export runs/circles-1.chainrule --output model.safetensors",),
    "data": ("data", "data moons"),
    "info": ("info", "info runs/circles-1.chainrule"),
    "explain": ("explain mazur", "explain runs/circles-1.chainrule"),
    "check": ("check my_network.py",),
    "doctor": ("doctor runs/circles-1.chainrule",),
    "studio": ("studio", "studio my.csv", "studio runs/circles-1.chainrule --port 8080",
               "studio moons --no-browser"),
}  # fmt: skip


def told(name: str) -> str:
    """Each line one of its own."""
    return "Try:\n\n" + "\n\n".join(f"chainrule {line}" for line in EXAMPLES[name])
