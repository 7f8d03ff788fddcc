// The network to move: Cytoscape comes when the picture comes into view, from this site. Places are given by the
// server and hold still between visits. Without this file the drawing stands as it is, and the tables say the same.
(function () {
  "use strict";

  var LABELS_FROM = 0.9; // zoom from which every agency has its name

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
      { selector: "node", style: { "shape": "polygon", "width": "data(size)", "height": "data(size)", "border-width": 2, "border-color": ink, "background-color": ground, "color": ink, "font-size": 19, "text-valign": "bottom", "text-margin-y": 3, "text-outline-color": ground, "text-outline-width": 2, "label": "" } },
      { selector: "node.named, node.near, node:selected", style: { "label": "data(label)" } },
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
    graph.on("zoom", function () { graph.nodes().toggleClass("near", graph.zoom() > LABELS_FROM); });
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
