"""`python -m chainrule` is the console command."""

from chainrule.cli import main

main()
