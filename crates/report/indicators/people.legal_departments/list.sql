-- Persons carry no dates: a report of a past day is computed on the ledger as it was then.
SELECT u.id || '/' || SUBSTR('0000000000' || CAST(p.id AS TEXT), LENGTH(CAST(p.id AS TEXT)) + 1) AS key, p.id AS person, p.name, u.name AS unit, p.post
FROM persons p
JOIN units u ON u.bureau = p.bureau AND u.id = p.unit
WHERE p.bureau = $1 AND p.active = 1 AND u.name IN ('法制科', '案件审理科')
