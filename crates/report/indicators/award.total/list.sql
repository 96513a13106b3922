SELECT e.won || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.won, e.contest, e.event || e.rank AS won_what
FROM register_award e
WHERE e.bureau = $1 AND e.won >= $2 AND e.won <= $3
