SELECT h.held || '/' || SUBSTR('0000000000' || CAST(h.record AS TEXT), LENGTH(CAST(h.record AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(h.line AS TEXT), LENGTH(CAST(h.line AS TEXT)) + 1) AS key, e.id, h.held, e.subject, h.court, h.head_present, p.name AS head
FROM register_dispute_sessions h
JOIN register_dispute e ON e.bureau = h.bureau AND e.id = h.record
JOIN organs o ON o.bureau = e.bureau AND o.id = e.organ
LEFT JOIN persons p ON p.bureau = h.bureau AND p.id = h.head
WHERE h.bureau = $1 AND o.kind = 'bureau' AND h.held >= $2 AND h.held <= $3 AND h.head_present = 1
