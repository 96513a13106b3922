SELECT e.held || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(r.line AS TEXT), LENGTH(CAST(r.line AS TEXT)) + 1) AS key, e.id, e.held, e.subject, r.person, p.name
FROM register_exam_results r
JOIN register_exam e ON e.bureau = r.bureau AND e.id = r.record
LEFT JOIN persons p ON p.bureau = r.bureau AND p.id = r.person
WHERE r.bureau = $1 AND r.passed = 1 AND e.kind IN ('qualification', 'renewal') AND e.held >= $2 AND e.held <= $3
