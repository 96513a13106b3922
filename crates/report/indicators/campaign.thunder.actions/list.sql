SELECT a.begun || '/' || SUBSTR('0000000000' || CAST(a.id AS TEXT), LENGTH(CAST(a.id AS TEXT)) + 1) AS key, a.id, a.begun, a.ended, a.action
FROM register_campaign_action a
JOIN register_campaign c ON c.bureau = a.bureau AND c.id = a.campaign
WHERE a.bureau = $1 AND c.series = 'thunder' AND a.begun >= $2 AND a.begun <= $3
