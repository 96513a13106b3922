SELECT e.received || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.received, e.subject,
       CASE e.adopted WHEN 'open' THEN '研究中' WHEN 'adopted' THEN '采纳' WHEN 'part' THEN '部分采纳' WHEN 'not_adopted' THEN '未采纳' ELSE e.adopted END AS adopted
FROM register_suggestion e
WHERE e.bureau = $1 AND e.received >= $2 AND e.received <= $3
