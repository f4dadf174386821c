"""Fits, evaluates and exports the placeholder model in one command; a seed gives the same result.

    python models/training/placeholder/train.py --data ptbxl_raw.npz
"""

import argparse
import hashlib
import time
from pathlib import Path

import numpy as np
import torch

from card import Cohort, write_card
from contract import prepare_demographics, prepare_waveform
from golden import write_golden
from network import fit, logits_of

# A cardiologist's reading of the trace, most of them of old infarcts: a pattern, not an occlusion.
CODES = "AMI ASMI ALMI IMI ILMI IPLMI IPMI LMI PMI INJAS INJAL INJIN INJLA INJIL".split()
SEED = 20240
FOLDS = 5
MEMBERS = 2
EPOCHS = 14
RATE_HZ = 500
# PTB-XL writes 300 for "over 89".
AGE_OVER_89 = 90
ADULT_YEARS = 18


def load(path: Path) -> tuple[Cohort, torch.Tensor, torch.Tensor]:
    data = np.load(path)
    age = np.where(data["age"] > 89, AGE_OVER_89, data["age"])
    used = np.flatnonzero(age >= ADULT_YEARS)
    columns = [list(data["codes"]).index(code) for code in CODES]
    microvolts = np.cumsum(data["dx500_uV"][used].astype("i4"), axis=2)
    male = data["sex_female"][used] == 0
    cohort = Cohort(
        labels=(data["y"][used][:, columns] > 0).any(axis=1).astype(int),
        patients=data["patient"][used],
        male=male,
        age=age[used],
    )
    ecg = np.stack([prepare_waveform(one, RATE_HZ) for one in microvolts])
    age_sex = np.stack([prepare_demographics(a, m) for a, m in zip(age[used], male)])
    return cohort, torch.from_numpy(ecg), torch.from_numpy(age_sex)


def folds_by_patient(cohort: Cohort) -> np.ndarray:
    """Every patient whole in one fold, and the patients with a positive record dealt out evenly."""
    rng = np.random.default_rng(SEED)
    fold = np.zeros(len(cohort.labels), dtype=int)
    positive = set(cohort.patients[cohort.labels == 1])
    for group in (positive, set(cohort.patients) - positive):
        for place, patient in enumerate(rng.permutation(sorted(group))):
            fold[cohort.patients == patient] = place % FOLDS
    return fold


def out_of_fold(cohort: Cohort, ecg: torch.Tensor, age_sex: torch.Tensor) -> np.ndarray:
    """Each record's probability by an ensemble, trained as the shipped one, that never saw it."""
    labels = torch.from_numpy(cohort.labels)
    fold = folds_by_patient(cohort)
    scores = np.zeros(len(labels))
    for held in range(FOLDS):
        inside = torch.from_numpy(np.flatnonzero(fold != held))
        outside = np.flatnonzero(fold == held)
        total = 0
        for member in range(MEMBERS):
            seed = SEED + 10 * held + member
            network = fit(ecg[inside], age_sex[inside], labels[inside], seed, EPOCHS)
            total = total + logits_of(network, ecg[outside], age_sex[outside])
        scores[outside] = torch.softmax(total / MEMBERS, dim=1)[:, 1].numpy()
        print(f"fold {held + 1} of {FOLDS} done", flush=True)
    return scores


def export(network: torch.nn.Module, path: Path) -> str:
    torch.onnx.export(
        network,
        (torch.zeros(1, 8, 4096), torch.zeros(1, 2)),
        str(path),
        input_names=["ecg", "age_sex"],
        output_names=["pattern"],
        dynamic_axes={"ecg": {0: "n"}, "age_sex": {0: "n"}, "pattern": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("test/models/placeholder"))
    options = parser.parse_args()
    started = time.time()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    options.out.mkdir(parents=True, exist_ok=True)
    cohort, ecg, age_sex = load(options.data)
    print(f"prepared {len(ecg)} records in {time.time() - started:.0f} s", flush=True)
    scores = out_of_fold(cohort, ecg, age_sex)
    labels = torch.from_numpy(cohort.labels)
    members = [fit(ecg, age_sex, labels, SEED + 1000 + m, EPOCHS) for m in range(MEMBERS)]
    files = [(f"member-{i}.onnx", m) for i, m in enumerate(members, start=1)]
    hashes = [{"file": f, "sha256": export(m, options.out / f)} for f, m in files]
    write_golden(options.out / "golden" / "golden.json", members)
    weights = sum(weight.numel() for weight in members[0].parameters())
    write_card(options.out / "card.json", cohort, scores, hashes, weights, SEED)
    print(f"done in {time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
