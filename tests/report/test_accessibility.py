"""What axe-core makes of the page. It comes from npm: ``npm install axe-core``, then set AXE_CORE to its axe.min.js."""

from __future__ import annotations

import html as html_library
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from privacy_audit.report import html
from privacy_audit.report._charts import charts_of
from privacy_audit.report._previews import RecordPreview
from privacy_audit.types import Confidence
from tests.report.samples import HOSTILE, audit, lines
from tests.report.test_report_in_chromium import CHROMIUM, opened

AXE_CORE = os.environ.get("AXE_CORE", "")
pytestmark = pytest.mark.skipif(CHROMIUM is None or not AXE_CORE, reason="needs chromium, and axe-core in AXE_CORE")

RUN = """
document.querySelectorAll('.switch')[LANGUAGE].checked = true;
document.querySelectorAll('details').forEach(part => { part.open = true; });
axe.run(document, {resultTypes: ['violations']}).then(found => {
  const told = document.createElement('pre');
  told.id = 'axe';
  told.textContent = JSON.stringify(found.violations.map(one => [one.id, one.impact, one.nodes.length]));
  document.body.appendChild(told);
});
"""


def violations(page: str, tmp_path: Path, language: int, *arguments: str) -> list[list[Any]]:
    """(rule, impact, places) of what axe-core finds; the page's own policy would not let it run."""
    axe = Path(AXE_CORE).read_text(encoding="utf-8").replace("</script", "<\\/script")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    scripts = f"<script>{axe}</script><script>{RUN.replace('LANGUAGE', str(language))}</script></body>"
    path = tmp_path / "page.html"
    path.write_text(page.replace("</body>", scripts), encoding="utf-8")
    dom = opened(path, tmp_path, "--virtual-time-budget=60000", "--dump-dom", *arguments)
    told = re.search(r'<pre id="axe">(.*?)</pre>', dom, re.DOTALL)
    assert told, "axe-core did not run to its end"
    found: list[list[Any]] = json.loads(html_library.unescape(told[1]))
    return found


@pytest.mark.parametrize("language", [0, 1])
@pytest.mark.parametrize("width_px", [500, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_issue_is_found(language: int, width_px: int, scheme: str, tmp_path: Path) -> None:
    previews = [RecordPreview(HOSTILE, 4, [("PERSON", Confidence.HIGH, "J•••"), ("FACE", Confidence.LOW, "")])]
    page = html.render(audit(HOSTILE), charts=charts_of(lines(HOSTILE)), previews=previews)
    dark = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
    found = violations(page, tmp_path, language, f"--window-size={width_px},900", *dark)
    assert [one for one in found if one[1] in ("serious", "critical")] == []


def test_an_unreadable_colour_is_noticed(tmp_path: Path) -> None:
    page = html.render(audit()).replace("--soft: #59636f", "--soft: #d8d8d8")
    assert ["color-contrast", "serious"] in [one[:2] for one in violations(page, tmp_path, 0)]
