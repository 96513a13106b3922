SELECT e.begun || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(a.line AS TEXT), LENGTH(CAST(a.line AS TEXT)) + 1) AS key, e.id, e.begun, e.subject, p.name, u.name AS unit
FROM register_training_round_attendance a
JOIN register_training_round e ON e.bureau = a.bureau AND e.id = a.record
LEFT JOIN persons p ON p.bureau = a.bureau AND p.id = a.person
LEFT JOIN units u ON u.bureau = p.bureau AND u.id = p.unit
WHERE a.bureau = $1 AND COALESCE(a.absent, 0) = 0 AND e.all_staff = 1 AND e.drill = 1 AND e.begun >= $2 AND e.begun <= $3
