SELECT SUBSTR('0000000000' || CAST(p.id AS TEXT), LENGTH(CAST(p.id AS TEXT)) + 1) || '/' || q.kind AS key, p.id AS person, p.name, u.name AS unit, p.post, q.from_day, q.source
FROM qualifications q
JOIN persons p ON p.bureau = q.bureau AND p.id = q.person
JOIN units u ON u.bureau = p.bureau AND u.id = p.unit
WHERE q.bureau = $1 AND q.kind = 'legal' AND p.active = 1 AND q.from_day <= $3
