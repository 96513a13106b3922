SELECT SUBSTR('0000000000' || CAST(p.id AS TEXT), LENGTH(CAST(p.id AS TEXT)) + 1) || '/' || c.number || '/' || c.from_day AS key,
       p.id AS person, p.name, u.name AS unit, c.number, c.from_day, c.to_day
FROM certificates c
JOIN persons p ON p.bureau = c.bureau AND p.id = c.person
JOIN units u ON u.bureau = p.bureau AND u.id = p.unit
WHERE c.bureau = $1 AND c.from_day <= $3 AND c.to_day >= $3 AND p.active = 1 AND u.kind IN ('department', 'brigade', 'squadron')
