/** Says that a task did nothing for want of data that is not ours to ship. */
export function skipped(task: string, data: string): void {
  process.stdout.write(
    `${task} skipped: no ${data} beside this checkout, nor where LEADWIRE_SHARED_DIR points\n`,
  );
}
