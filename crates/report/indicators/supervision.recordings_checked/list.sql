SELECT e.held || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.held, e.case_id, c.title, u.name AS unit
FROM register_recording_check e
LEFT JOIN cases c ON c.bureau = e.bureau AND c.id = e.case_id
LEFT JOIN units u ON u.bureau = c.bureau AND u.id = c.unit
WHERE e.bureau = $1 AND e.held >= $2 AND e.held <= $3
