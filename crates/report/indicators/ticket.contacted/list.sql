SELECT t.received || '/' || SUBSTR('0000000000' || CAST(t.id AS TEXT), LENGTH(CAST(t.id AS TEXT)) + 1) AS key,
       t.id AS ticket, t.order_no, t.received,
       CASE WHEN t.contacted <= $3 THEN t.contacted END AS contacted,
       CASE WHEN t.contacted <= $3 AND t.contacted <= t.contact_due THEN 1 ELSE 0 END AS done,
       COALESCE(u.name, t.unit) AS unit
FROM tickets t
LEFT JOIN units u ON u.bureau = t.bureau AND u.id = t.unit
WHERE t.bureau = $1 AND t.received >= $2 AND t.received <= $3
