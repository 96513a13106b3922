SELECT SUBSTR('0000000000' || CAST(p.id AS TEXT), LENGTH(CAST(p.id AS TEXT)) + 1) || '/' || r.role || '/' || r.organ || '/' || r.from_day AS key, p.id AS person, p.name, u.name AS unit, p.post,
       CASE r.role WHEN 'legal_reviewer' THEN '法制审核人员' ELSE '中队法制员' END AS role, r.from_day
FROM roles r
JOIN persons p ON p.bureau = r.bureau AND p.id = r.person
JOIN units u ON u.bureau = p.bureau AND u.id = p.unit
WHERE r.bureau = $1 AND r.role IN ('legal_reviewer', 'squad_legal_officer') AND p.active = 1
  AND r.from_day <= $3 AND COALESCE(r.to_day, '9999-12-31') >= $3
