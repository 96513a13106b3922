SELECT t.received || '/' || SUBSTR('0000000000' || CAST(t.id AS TEXT), LENGTH(CAST(t.id AS TEXT)) + 1) AS key,
       t.id AS ticket, t.order_no, t.received,
       CASE WHEN t.contacted <= $3 THEN t.contacted END AS contacted,
       CASE WHEN t.contacted <= $3 AND t.contacted <= t.contact_due THEN 1 ELSE 0 END AS done,
       CASE t.channel WHEN 'hotline_12345' THEN '12345' WHEN 'hotline_12319' THEN '12319' WHEN 'wechat' THEN '微信' WHEN 'call' THEN '来电' WHEN 'visit' THEN '来访' WHEN 'platform' THEN '平台派单' ELSE '其他' END AS channel,
       COALESCE((SELECT u.name FROM units u WHERE u.bureau = t.bureau AND u.id = t.unit), t.unit) AS unit
FROM tickets t
WHERE t.bureau = $1 AND t.received >= $2 AND t.received <= $3
