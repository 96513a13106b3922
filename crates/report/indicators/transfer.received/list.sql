SELECT t.handed || '/' || SUBSTR('0000000000' || CAST(t.id AS TEXT), LENGTH(CAST(t.id AS TEXT)) + 1) AS key, t.id, t.handed, t.peer, t.subject,
       CASE WHEN t.traced <= $3 THEN t.traced END AS traced, t.case_id
FROM register_transfer t
WHERE t.bureau = $1 AND t.direction = 'received' AND t.origin = 'province' AND t.handed >= $2 AND t.handed <= $3
