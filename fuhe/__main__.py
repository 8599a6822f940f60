"""``python -m fuhe`` is the command ``fuhe``."""

from fuhe.cli import main

main()
