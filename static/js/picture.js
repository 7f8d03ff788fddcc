// The network to move: Cytoscape comes when the picture comes into view, from this site. Places are given by the
// server and hold still between visits. Without this file the drawing stands as it is, and the tables say the same.
(function () {
  "use strict";

  var LABELS_FROM = 0.9; // zoom from which every agency has its name
  var READABLE = 12; // pixels on the screen, of names
  var WIDEST = 120; // pixels, of a line of a name

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // Cytoscape would write its one rule into the page; ours stands in maps.css, and it looks for this mark first.
  function markStyled() {
    var mark = document.createElement("meta");
    mark.id = "__________cytoscape_stylesheet";
    document.head.appendChild(mark);
  }

  function load(url) {
    markStyled();
    return new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = url;
      script.onload = function () { done(window.cytoscape); };
      script.onerror = function () { failed(new Error("cytoscape")); };
      document.head.appendChild(script);
    });
  }

  function elements(picture) {
    var knots = picture.knots.map(function (knot) {
      return {
        group: "nodes",
        data: { id: knot.key, label: knot.short, name: knot.name, word: knot.word, kind: knot.kind, size: knot.r * 2 * REACH, url: knot.url },
        position: { x: knot.x, y: knot.y },
        classes: (knot.named ? "named " : "") + (knot.secret ? "secret" : "")
      };
    });
    var ties = picture.ties.map(function (tie, n) {
      return {
        group: "edges",
        data: { id: "tie" + n, source: tie.sender, target: tie.receiver, width: tie.width, words: tie.words },
        classes: tie.kind
      };
    });
    return knots.concat(ties);
  }

  // Cytoscape wants the corners within -1 to 1; ours reach a little beyond, so the shape is drawn larger instead.
  var REACH = 1.15;

  function corners(shape) {
    return shape.map(function (at) { return at[0] / REACH + " " + at[1] / REACH; }).join(" ");
  }

  function styles(kinds) {
    var ink = colour("--ink"), ground = colour("--bg");
    var found = [
      { selector: "node", style: { "shape": "polygon", "width": "data(size)", "height": "data(size)", "border-width": 2, "border-color": ink, "background-color": ground, "color": ink, "font-size": 19, "text-valign": "bottom", "text-margin-y": 3, "text-outline-color": ground, "text-outline-width": 2, "text-wrap": "wrap", "label": "" } },
      { selector: "node.named, node.near, node:selected", style: { "label": "data(label)" } },
      { selector: "node.crowded", style: { "text-opacity": 0, "text-outline-opacity": 0 } },
      { selector: "node:selected", style: { "text-opacity": 1, "text-outline-opacity": 1 } },
      { selector: "node.secret", style: { "border-style": "dashed" } },
      { selector: "edge", style: { "width": "data(width)", "curve-style": "bezier", "target-arrow-shape": "triangle", "arrow-scale": 0.8, "opacity": 0.75 } },
      { selector: ".faded", style: { "opacity": 0.12 } }
    ];
    kinds.forEach(function (kind, number) {
      found.push({ selector: "node[kind = " + number + "]", style: { "background-color": kind.colour, "shape-polygon-points": corners(kind.shape) } });
    });
    [["observed", "dashed"], ["formal", "solid"], ["unused", "dotted"], ["dead", "dotted"], ["untold", "dotted"], ["informal", "dashed"], ["walked", "solid"], ["open-ended", "dotted"]].forEach(function (kind) {
      var line = colour("--web-" + kind[0]);
      found.push({ selector: "edge." + kind[0], style: { "line-style": kind[1], "line-color": line, "target-arrow-color": line } });
    });
    return found;
  }

  function tell(box, words, url) {
    var told = box.querySelector(".web-told");
    told.textContent = words;
    if (url) {
      var link = document.createElement("a");
      link.href = url;
      link.textContent = box.webWords.open;
      told.appendChild(document.createTextNode(" "));
      told.appendChild(link);
    }
    told.hidden = false;
  }

  function meet(one, other) {
    return one.x1 < other.x2 && other.x1 < one.x2 && one.y1 < other.y2 && other.y1 < one.y2;
  }

  // Names are as large as can be read, whatever the zoom; where two would lie on each other, the larger agency's stays.
  function settle(graph) {
    var zoom = graph.zoom(), kept = [], width = graph.width();
    graph.batch(function () {
      graph.nodes().toggleClass("near", zoom > LABELS_FROM);
      graph.nodes(".named, .near").removeClass("crowded").style({ "font-size": Math.max(19, READABLE / zoom), "text-max-width": WIDEST / Math.min(zoom, 1) });
    });
    var crowded = graph.nodes(".named, .near").sort(function (one, other) { return other.data("size") - one.data("size"); }).filter(function (node) {
      var at = node.renderedBoundingBox({ includeNodes: false, includeEdges: false, includeOverlays: false, includeLabels: true });
      if (at.x1 < 0 || at.x2 > width || kept.some(function (other) { return meet(at, other); })) return true;
      kept.push(at);
      return false;
    });
    crowded.addClass("crowded");
  }

  function draw(box, cytoscape) {
    var picture = JSON.parse(box.querySelector("script").textContent);
    var canvas = box.querySelector(".web-canvas");
    box.webWords = picture.words;
    canvas.hidden = false;
    var graph = cytoscape({
      container: canvas, elements: elements(picture), style: styles(picture.kinds), layout: { name: "preset", fit: true, padding: 36 },
      minZoom: 0.2, maxZoom: 4, autoungrabify: true, boxSelectionEnabled: false, userZoomingEnabled: false
    });
    box.querySelector(".web-still").remove();
    // A wheel that only wants to pass the picture by must not be caught by it.
    canvas.addEventListener("click", function () { graph.userZoomingEnabled(true); });
    var waits = 0;
    graph.on("zoom resize", function () {
      window.cancelAnimationFrame(waits);
      waits = window.requestAnimationFrame(function () { settle(graph); });
    });
    settle(graph);
    graph.on("tap", "node", function (event) {
      var node = event.target, near = node.closedNeighborhood();
      graph.elements().addClass("faded");
      near.removeClass("faded");
      tell(box, node.data("name") + ", " + node.data("word") + ".", node.data("url"));
    });
    graph.on("tap", "edge", function (event) { tell(box, event.target.data("words"), ""); });
    graph.on("tap", function (event) {
      if (event.target === graph) graph.elements().removeClass("faded");
    });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { graph.style(styles(picture.kinds)); });
  }

  function begin(box) {
    load(box.getAttribute("data-cytoscape")).then(function (cytoscape) { draw(box, cytoscape); }).catch(function () { /* the drawing stands */ });
  }

  document.querySelectorAll("[data-web]").forEach(function (box) {
    if (!("IntersectionObserver" in window)) return begin(box);
    var seen = new IntersectionObserver(function (entries) {
      if (!entries.some(function (entry) { return entry.isIntersecting; })) return;
      seen.disconnect();
      begin(box);
    });
    seen.observe(box);
  });
})();
