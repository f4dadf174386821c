"""What the product's own millimetre criteria say of the raw PTB-XL records."""

import json
import subprocess
from pathlib import Path


def stemi_verdicts(product: Path, kept: Path) -> dict[str, str]:
    """ecg id -> positive, negative, not-applicable; asked once and kept."""
    if not kept.exists():
        command = ["node", "--import", "./test/support/ts-loader.js", "test/validate/ptbxl-verdicts.ts"]
        said = subprocess.run(command, cwd=product, check=True, capture_output=True, text=True)
        kept.write_text(said.stdout)
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    return {str(row["id"]): row["verdicts"]["stemi"] for row in rows}
