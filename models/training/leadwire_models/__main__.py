"""python -m leadwire_models MODEL --data FOLDER --out FOLDER: prepares, trains, measures, exports."""

import sys
from importlib import import_module

# Each module has run(arguments); a model is imported only when it is asked for.
COMMANDS = {
    "omi": ".omi.run",
    "ami": ".ami.run",
    "eianet": ".eianet.run",
    "prepared": ".prepared",
}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m leadwire_models {{{'|'.join(COMMANDS)}}} [options]")
        return 2
    return import_module(COMMANDS[arguments[0]], __package__).run(arguments[1:]) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
