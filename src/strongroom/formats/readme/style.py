"""The one style sheet of README.html: no font, image or colour comes from anywhere else."""

from base64 import b64encode
from hashlib import sha256
from typing import Final

STYLE: Final = """
:root { --ink: #1d2126; --faint: #5c6570; --line: #d9dde2; --paper: #fff; --wash: #f5f6f8; --accent: #1f4e79;
  --captured: #2f7d4f; --duplicate: #6c8fb3; --blocked: #c77f1a; --empty: #9aa3ad;
  --refused: #7a5ea8; --failed: #b8393b; }
* { box-sizing: border-box; }
html { color: var(--ink); background: var(--wash);
  font: 16px/1.55 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 2.5rem 3rem 4rem; background: var(--paper); min-height: 100vh; }
header { border-bottom: 3px solid var(--accent); padding-bottom: 1.25rem; margin-bottom: 2rem; }
h1 { font: 600 2.1rem/1.2 Georgia, "Liberation Serif", serif; margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .75rem; color: var(--accent); break-after: avoid; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; break-after: avoid; }
p { margin: .5rem 0; }
a { color: var(--accent); text-underline-offset: .15em; }
code, pre { font: .875em/1.5 ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace; }
pre { background: var(--wash); border: 1px solid var(--line);
  border-radius: 4px; padding: .75rem 1rem; overflow-x: auto; }
.eyebrow { color: var(--faint); font-size: .8125rem; letter-spacing: .06em; text-transform: uppercase; margin: 0; }
.faint { color: var(--faint); }
.small { font-size: .875rem; }
.url { overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem;
  list-style: none; padding: 0; margin: 1rem 0 0; font-size: .9375rem; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .9375rem; }
th, td { text-align: start; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--faint); font-weight: 600; font-size: .8125rem; }
tbody th { font-weight: 600; white-space: nowrap; padding-right: 1.5rem; }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.kind { white-space: nowrap; }
tr { break-inside: avoid; }
figure { margin: 1rem 0; }
svg { display: block; width: 100%; max-width: 46rem; height: auto;
  font: 14px system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
svg .name { fill: var(--ink); }
svg .count { fill: var(--faint); font-variant-numeric: tabular-nums; }
svg .ground { fill: var(--wash); }
.captured { fill: var(--captured); } .duplicate { fill: var(--duplicate); } .blocked { fill: var(--blocked); }
.empty { fill: var(--empty); } .refused { fill: var(--refused); } .failed { fill: var(--failed); }
.notice { border-inline-start: 4px solid var(--blocked); background: #fdf6ea; padding: .6rem 1rem; margin: 1rem 0; }
.notice.good { border-color: var(--captured); background: #eef6f0; }
.notice ul { margin: .35rem 0 .15rem; padding-inline-start: 1.25rem; }
.article { font: 1.0625rem/1.65 Georgia, "Liberation Serif", serif; max-width: 42rem;
  border-inline-start: 1px solid var(--line); padding-inline-start: 1.5rem; }
.article p { margin: 0 0 .9em; white-space: pre-line; overflow-wrap: anywhere; }
details { margin: .75rem 0; }
details th:first-child { width: 50%; }
summary { cursor: pointer; color: var(--accent); font-weight: 600; }
ol li { margin-bottom: .5rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem;
  color: var(--faint); font-size: .875rem; }
@media (max-width: 40rem) { body { padding: 1.25rem; } tbody th { white-space: normal; } }
@media print {
  html { background: none; font-size: 10.5pt; } body { max-width: none; padding: 0; min-height: 0; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; } pre { white-space: pre-wrap; } .article { max-width: none; }
  svg * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .notice { print-color-adjust: exact; }
  .article details::details-content { content-visibility: visible; block-size: auto; }
  @page { margin: 18mm; }
}
"""

POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + b64encode(sha256(STYLE.encode()).digest()).decode()
    + "'"
)
"""Content-Security-Policy: this style sheet and nothing else; no script, image, frame or request of any kind."""
