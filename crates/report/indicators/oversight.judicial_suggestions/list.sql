SELECT e.received || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.received, e.sender, e.topic,
       CASE WHEN e.replied <= $3 THEN e.replied END AS replied
FROM register_letter e
WHERE e.bureau = $1 AND e.kind IN ('judicial_suggestion') AND e.received >= $2 AND e.received <= $3
