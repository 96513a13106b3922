SELECT SUBSTR('0000000000' || CAST(p.id AS TEXT), LENGTH(CAST(p.id AS TEXT)) + 1) AS key, p.id AS person, p.name, u.name AS unit,
       CASE WHEN EXISTS (SELECT 1 FROM qualifications l WHERE l.bureau = p.bureau AND l.person = p.id AND l.kind = 'public_lawyer' AND l.from_day <= $3)
            THEN 1 ELSE 0 END AS met
FROM persons p
JOIN units u ON u.bureau = p.bureau AND u.id = p.unit
WHERE p.bureau = $1 AND p.active = 1
  AND EXISTS (SELECT 1 FROM qualifications q WHERE q.bureau = p.bureau AND q.person = p.id AND q.kind = 'legal' AND q.from_day <= $3)
