"""Install the front-end packages and copy what pages use to static/vendor/.

Pages are served from our own origin only, so the files must be here; they come from npm by the
versions and hashes in package-lock.json and are not kept in git.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.common import BIN, ROOT, say, stop

OLDEST_NODE = 18
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

# Folder in node_modules/, folder in static/vendor/, and what goes from one to the other; a folder
# goes whole. leaflet.css expects images/ beside it.
COPIES = (
    ("htmx.org/dist", "htmx", ("htmx.min.js",)),
    ("leaflet/dist", "leaflet", ("leaflet.js", "leaflet.css", "images")),
    (
        "leaflet.markercluster/dist",
        "markercluster",
        ("leaflet.markercluster.js", "MarkerCluster.css", "MarkerCluster.Default.css"),
    ),
    ("cytoscape/dist", "cytoscape", ("cytoscape.min.js",)),
)


def main() -> None:
    """Install and copy."""
    npm = system_npm() or npm_from_wheel()
    say("Installing the front-end packages")
    # npm is itself a Node program: the Node beside it must come first on the PATH.
    path = os.pathsep.join([str(npm.parent), os.environ.get("PATH", os.defpath)])
    command = [str(npm), "ci", "--no-progress", "--loglevel=error"]
    if subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, check=False).returncode:
        stop("The front-end packages could not be installed; npm says why above.")
    copy_files()


def system_npm() -> Path | None:
    """The machine's npm, if it has one with a Node that is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    return Path(npm) if version and int(version[1]) >= OLDEST_NODE else None


def npm_from_wheel() -> Path:
    """An npm in the virtual environment: Node.js comes as a Python package too."""
    say(f"No Node.js {OLDEST_NODE} or newer here: installing one into the virtual environment")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = ["--no-input", "--require-hashes", "-r", str(ROOT / "requirements" / "node.txt")]
    if subprocess.run([*pip, *wanted], check=False).returncode:
        stop("Node.js could not be installed; install Node.js 18 or newer yourself and try again.")
    return BIN / "npm"


def copy_files() -> None:
    """Lay out static/vendor/ anew, beside the old one, so that it is never half there."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, folder, names in COPIES:
        (fresh / folder).mkdir(parents=True)
        for name in names:
            source, target = MODULES / package / name, fresh / folder / name
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


if __name__ == "__main__":
    main()
