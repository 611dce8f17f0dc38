// Runs before the first paint, so that a chosen theme does not flash in late.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") || "system";
} catch {
  // Storage may be forbidden: the system's colours are fine.
}
