SELECT e.held || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.held, e.topic, COALESCE(u.name, e.unit) AS unit
FROM register_study_discussion e
LEFT JOIN units u ON u.bureau = e.bureau AND u.id = e.unit
WHERE e.bureau = $1 AND e.held >= $2 AND e.held <= $3
