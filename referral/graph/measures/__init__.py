"""What holds a network together, as numbers: pure algorithms over index arrays.

Agencies are numbers from 0; `Ties` says who sends to whom. Nothing here knows a table, a page or
a word. Every measure is networkx's to the last digit, and igraph's where it has one
(tests/unit/test_graph_measures.py); rustworkx and scipy do the work, because networkx takes 25 to
150 times as long.

Conventions, the same everywhere:

- **Ties are counted once.** Several needs, urgencies and an agreement between the same two
  agencies are one tie from sender to receiver; what an agency sends to itself is none.
- **Directed**: degrees, centralisation, betweenness, strong components, density, reciprocity,
  reach and cuts. **Undirected** (a tie in either direction joins): weak components, articulation
  agencies, bridges, core numbers, cliques.
- **Betweenness** counts steps, not referrals: unweighted, directed, ends not counted, divided by
  (n − 1)(n − 2).
"""
