SELECT e.held || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key,
       e.id, e.held, CASE e.venue_kind WHEN 'business' THEN '商圈' WHEN 'school' THEN '学校' WHEN 'village' THEN '村居' WHEN 'site' THEN '工地' WHEN 'other' THEN '其他' ELSE e.venue_kind END AS venue_kind,
       e.venue, e.theme, COALESCE(u.name, e.unit) AS unit, e.audience
FROM register_outreach e
LEFT JOIN units u ON u.bureau = e.bureau AND u.id = e.unit
WHERE e.bureau = $1 AND e.held >= $2 AND e.held <= $3
