SELECT e.held || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.held, e.topic, e.venue, e.audience
FROM register_lecture e
WHERE e.bureau = $1 AND e.held >= $2 AND e.held <= $3
